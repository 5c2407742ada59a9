-- The host globals that a workflow may call itself, and an activity that uses the others.
temporal.worker({
  url = "localhost:7233",
  task_queue = "host-globals",
  activities = {
    keep = function(input)
      local folder = fs.tempdir()
      fs.write(folder .. "/values.yaml", yaml.encode(input))
      local found = template.render(folder .. "/values.yaml", { n = 1 })
      fs.remove(folder)
      return { text = found, gone = not fs.exists(folder) }
    end,
  },
  workflows = {
    HostGlobals = function(ctx, input)
      local chart = yaml.parse("image: {tag: v1}\nports: [80, 443]\n")
      chart.image.tag = regex.replace(chart.image.tag, "v(\\d+)", "v$1.2")
      local kept = ctx:execute_activity("keep", chart, { start_to_close_timeout = 10 })
      ctx:sleep(0.01)
      local wrong, message = pcall(template.render_string, "{{ ''.__class__ }}", {})
      return {
        settings = toml.encode(toml.parse("[a]\nb = 1")),
        page = template.render_string("{% for p in ports %}{{ p }};{% endfor %}", chart),
        found = regex.find("release 2026-11", "(\\d+)-(\\d+)").groups,
        kept = kept,
        wrong = wrong,
        message = message,
      }
    end,
  },
})
