local function hello(input) return "hello " .. input end
return { hello = hello, shout = function(input) return hello(input):upper() end }
