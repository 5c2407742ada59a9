-- `assay test` runs this: real workflows, stubbed activities, and days that pass at once.
local test = require("assay.test")
local describe, it = test.describe, test.it

local DAY = 24 * 3600
local approvals = test.worker("approval.lua", {
  activities = { ask = function(input) return { asked = input.approver } end },
})

describe("an approval", function()
  local run

  test.before_each(function()
    run = approvals:start("Approval", {
      request = "a new laptop",
      approvers = { "lead", "manager" },
      patience = 2 * DAY,
    })
  end)

  it("is given by the first who is asked", function()
    run:signal("answer", { approved = true, by = "lead" })
    assert.eq(run:result(), { status = "approved", by = "lead", asked = { "lead" } })
  end)

  it("goes to the manager after two days", function()
    test.sleep(2 * DAY + 60)
    assert.eq(run:query("state"), { state = "waiting for manager", asked = { "lead", "manager" } })
    run:signal("answer", { approved = false, by = "manager" })
    assert.eq(run:result().status, "rejected")
    assert.eq(approvals:calls("ask"), {
      { approver = "lead", request = "a new laptop" },
      { approver = "manager", request = "a new laptop" },
    })
  end)

  it("expires when nobody answers", function()
    assert.eq(run:result(), { status = "expired", asked = { "lead", "manager" } })
  end)

  it("survives a chat that is down for a while", function()
    local attempts = 0
    approvals:stub("ask", function(input)
      attempts = attempts + 1
      if attempts < 4 then error("no connection") end
      return { asked = input.approver }
    end)
    local other = approvals:start("Approval", { request = "a desk", approvers = { "lead" }, patience = DAY })
    assert.eq(other:result().status, "expired")
    assert.gt(#approvals:calls("ask"), 3)
  end)
end)
