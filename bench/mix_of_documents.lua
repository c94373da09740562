-- What wrk asks: the lines of a file in turn, each "Accept<TAB>Accept-Language<TAB>path".
-- Argument: the file; at its end it begins anew.
local requests, at = {}, 0

function init(args)
   for line in io.lines(args[1]) do
      local accept, language, path = line:match("^([^\t]+)\t([^\t]+)\t([^\t]+)$")
      requests[#requests + 1] = wrk.format("GET", path, {
         ["Host"] = wrk.headers["Host"], ["Accept"] = accept, ["Accept-Language"] = language })
   end
end

function request()
   at = at % #requests + 1
   return requests[at]
end
