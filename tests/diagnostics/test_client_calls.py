"""Calls of clients that are right, or of which the source does not show enough: nothing is said about them."""

from __future__ import annotations

from pathlib import Path

import pytest
from assay.transpiler import cli

_CONNECTED = 'local client = temporal.connect({ url = "localhost:7233" })\n'
_FAKE = (
    'local rest = require("assay.temporal")\nlocal function fake() return {{ none = print }} end\n'
    "{}\nlocal c = require('assay.temporal').client('u')\nc:none()"
)
_REST = 'local rest = require("assay.temporal")\nlocal c = rest.client("http://localhost:7243")\n'


@pytest.mark.parametrize(
    "source",
    [
        'local temporal = { connect = print }\ntemporal.connect({ uri = "x" })',
        "local temporal = ...\ntemporal.start_workflow({ x = 1 })",
        'temporal = { connect = print }\ntemporal.connect({ uri = "x" })',
        "temporal.connect = print\ntemporal.connect({ x = 1 })",
        "load('temporal = {}')()\ntemporal.connect({ x = 1 })",
        _CONNECTED + "client = {}\nclient:start_workflow({ x = 1 })",
        _CONNECTED + "local function f(client) client:none({ x = 1 }) end\nf({})",
        _CONNECTED + "local name = ...\nclient:get_result({ [name] = 1 })",
        _CONNECTED + "local options = ...\nclient:start_workflow(options)",
        _CONNECTED
        + "local options = { timeout = '' }\noptions.timeout = 5\nclient:start_workflow(options)",
        _CONNECTED + "local t, q = ...\nclient:get_result({ workflow_id = t, timeout = q })",
        _CONNECTED + "print(pcall(client.get_result, client, 'w', { timeout = -1 }))",
        _CONNECTED + "print(client.none, client.schedules.none)",
        _CONNECTED + "client.list_workflows()\nclient.list_workflows(client, nil, { limit = 1 })",
        _CONNECTED + "client:get_result('w', { timeout = 5 * 60, run_id = nil, wrong = nil })",
        _CONNECTED
        + "client.schedules:create({ schedule_id = 's', workflow_type = 'T', task_queue = 'q',"
        " cron = { '0 2 * * *' }, calendars = { { hour = 3 } }, skip = {}, overlap = 'SKIP',"
        " start_at = os.time() + 60, retry_policy = { maximum_attempts = 3 } })",
        "temporal.connect({ tls = { ca = 'ca.pem' }, profile = 'p' })\ntemporal.connect({})\n"
        "temporal.connect({ url = '[::1]:7233', tls = true })",
        _REST + "print(c:health(), c:workflows({ page_size = 1 }), c.namespaces())\nc:close()",
        _REST + "c.workflows:signal('w', 's', { any = 1, thing = 2 })",
        _REST + "c:is_workflow_running('w', { namespace = 'n' })\nc.task_queues:get('q', {})",
        "local require = print\nlocal c = require('assay.temporal').client('u')\nc:none()",
        "local c = require('assay.temporal').client('http://h:1', { verify = 'ca.pem' })\n"
        "c = c or {}\nc:none()",
        _FAKE.format("rest.client = fake"),
        _FAKE.format("function rest.client() return fake() end"),
        _FAKE.format("(function(t) t.client = fake end)(rest)"),
        _FAKE.format("package.loaded['assay.temporal'] = { client = fake }"),
        _FAKE.format("local again = rest\nagain.client = fake"),
        _REST + "c.workflows.signal(c.workflows, 'w', 's', { any = 1 })",
        _REST + "local w = c.workflows\nw.signal(c.workflows, 'w', 's', { any = 1 })",
        _REST + "c:workflows({ page_size = 10.0 })",
        _CONNECTED + "client:list_workflows('q', { limit = 6 / 2 })",
        _CONNECTED + "local x = -1\nclient:get_result('w', { timeout = -x })",
        _CONNECTED
        + "client:start_workflow({ workflow_id = 'w', workflow_type = 'T', task_queue = 'q',"
        " versioning_override = 'auto_upgrade', priority = { priority_key = 1, fairness_weight = 0.5 } })",
        _CONNECTED
        + "local version = ...\nclient:start_workflow({ workflow_id = 'w', workflow_type = 'T',"
        " task_queue = 'q', versioning_override = { build_id = '1', [version] = 'd' } })",
        "rawset(_G, 'temporal', { connect = print })\ntemporal.connect({ x = 1 })",
    ],
)
def test_nothing_is_said(
    source: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("s.lua").write_text(source + "\n")
    cli.main(["s.lua", "-o", "out"])
    assert "AY5" not in capsys.readouterr().err
