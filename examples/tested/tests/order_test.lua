-- What the workflow does, told in Lua: `assay test` runs it. Days of waiting pass at once.
local test = require("assay.test")
local describe, it = test.describe, test.it

local order = test.worker("../order.lua", { activities = require("stubs") })

describe("an order", function()
  it("is shipped once it is confirmed", function()
    local run = order:start("Order", { items = { "lamp" } })
    test.sleep(5 * 3600)
    run:signal("confirm", { by = "jane" })
    assert.eq(run:result(), { status = "shipped", parcel = "P-R1", by = "jane" })
    assert.eq(order:calls("ship"), { { reservation = "R1" } })
  end)

  it("expires when nobody confirms it within two days", function()
    assert.eq(order:run("Order", { items = { "lamp" } }), { status = "expired" })
    assert.eq(order:calls("release"), { { reservation = "R1" } })
  end)

  it("is rejected when it is sold out, after one attempt", function()
    local result = order:run("Order", { items = { "unicorn" } })
    assert.eq(result.status, "rejected")
    assert.contains(result.reason, "SOLD_OUT: unicorn")
    assert.eq(#order:calls("reserve"), 1)
  end)

  it("is tried again when the stock service is down", function()
    local attempts = 0
    order:stub("reserve", function()
      attempts = attempts + 1
      if attempts < 3 then error("connection refused") end
      return { id = "R2" }
    end)
    assert.eq(order:run("Order", { items = { "lamp" } }), { status = "expired" })
    assert.eq(order:calls("release"), { { reservation = "R2" } })
  end)

  it("waits while the parcel service is down", function()
    order:stub("ship", function() error("connection refused") end)
    local run = order:start("Order", { items = { "lamp" } })
    run:signal("confirm", { by = "jane" })
    test.sleep(3600)
    assert.gt(#order:calls("ship"), 5)
    assert.eq(run:status(), "RUNNING")
  end)
end)
