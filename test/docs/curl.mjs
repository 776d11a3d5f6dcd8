#!/usr/bin/env node
/** The few options of `curl` that the pages use, for machines that have none: the tests need Node and git alone. */

import { readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'

const options = {
  method: undefined,
  headers: {},
  data: undefined,
  get: false,
  pairs: [],
  url: '',
  write: '',
  output: '',
  head: false,
}
const words = process.argv.slice(2)
for (let index = 0; index < words.length; index++) {
  const word = words[index]
  if (word === '-s' || word === '-g' || word === '-sS') continue
  else if (word === '-X') options.method = words[++index]
  else if (word === '-G') options.get = true
  else if (word === '-H') {
    const [, name, value] = /^([^:]+):\s*(.*)$/.exec(words[++index])
    options.headers[name] = value
  } else if (word === '-d') options.data = words[++index]
  else if (word === '--data-urlencode') options.pairs.push(words[++index])
  else if (word === '-w') options.write = words[++index]
  else if (word === '-o') options.output = words[++index]
  else if (word === '-T') {
    options.method ??= 'PUT'
    options.data = readFileSync(words[++index])
  } else if (word.startsWith('-')) throw new Error(`No such option here: ${word}`)
  else options.url = word
}
const query = options.pairs
  .map((pair) => {
    const at = pair.indexOf('=')
    return `${pair.slice(0, at)}=${encodeURIComponent(pair.slice(at + 1))}`
  })
  .join('&')
const url = encodeURI(query === '' ? options.url : `${options.url}?${query}`).replaceAll('%25', '%')
const sent = request(
  url,
  {
    method: options.method ?? (options.data === undefined ? 'GET' : 'POST'),
    headers: options.headers,
  },
  (answer) => {
    const chunks = []
    answer.on('data', (chunk) => chunks.push(chunk))
    answer.on('end', () => {
      if (options.output === '') process.stdout.write(Buffer.concat(chunks))
      else if (options.output !== '/dev/null') writeFileSync(options.output, Buffer.concat(chunks))
      process.stdout.write(
        options.write.replace('%{http_code}', String(answer.statusCode)).replaceAll('\\n', '\n'),
      )
    })
  },
)
sent.end(options.data)
