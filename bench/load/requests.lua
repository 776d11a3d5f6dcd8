-- For wrk: the requests of a file, one after the other, and the summary as one line of JSON. A line holds method,
-- path and body, with a tab between.
-- Arguments after `--`: the file, then the value of Authorization if there is one.

local requests = {}
local position = 0

-- The bytes of each request, made once: what the generator takes of the machine both targets lack.
function init(args)
  if args[2] then wrk.headers["Authorization"] = args[2] end
  for line in io.lines(args[1]) do
    local method, path, body = line:match("^(%u+)\t([^\t]*)\t(.*)$")
    if body == "" then body = nil end
    wrk.headers["Content-Type"] = body and "application/json"
    requests[#requests + 1] = wrk.format(method, path, nil, body)
  end
end

function request()
  position = position % #requests + 1
  return requests[position]
end

function done(summary, latency, requests)
  local errors = summary.errors
  if errors.connect + errors.read + errors.write + errors.status + errors.timeout > 0 then
    io.write(string.format("failures: connect %d, read %d, write %d, status %d, timeout %d\n",
      errors.connect, errors.read, errors.write, errors.status, errors.timeout))
  end
  io.write(string.format(
    'summary {"requests":%d,"durationUs":%d,"bytes":%d,"failed":%d,"p50Us":%d,"p99Us":%d}\n',
    summary.requests, summary.duration, summary.bytes,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
