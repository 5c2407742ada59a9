-- Makes the calls of the lines that it reads, one object in JSON each, and prints their answers as lines of JSON.
local rest = require("assay.temporal")

for line in io.lines() do
  local call = json.parse(line)
  local client = rest.client(call.url, { namespace = call.namespace })
  local object = call.owner == "" and client or client[call.owner]
  local arguments = table.pack(object, table.unpack(call.arguments))
  if next(call.options) then
    arguments[call.position + 1] = call.options
    arguments.n = call.position + 1
  end
  local answer = object[call.method](table.unpack(arguments, 1, arguments.n))
  print(json.encode({ answer = answer }))
  client:close()
end
