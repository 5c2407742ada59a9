-- What stands in for the stock service.
return {
  reserve = function(input)
    if input.items[1] == "unicorn" then error("SOLD_OUT: unicorn") end
    return { id = "R1" }
  end,
  ship = function(input) return { parcel = "P-" .. input.reservation } end,
  release = function(input) return { released = input.reservation } end,
}
