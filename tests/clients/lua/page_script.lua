local calls = require("page_calls")
print(json.encode(calls.all(...)))
