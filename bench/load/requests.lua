-- For wrk: the paths of a file, one after the other, and the summary as one line of JSON.
-- Arguments after `--`: the file, then the value of Authorization if there is one.

local paths = {}
local position = 0

function init(args)
  for line in io.lines(args[1]) do paths[#paths + 1] = line end
  if args[2] then wrk.headers["Authorization"] = args[2] end
end

function request()
  position = position % #paths + 1
  return wrk.format("GET", paths[position])
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
