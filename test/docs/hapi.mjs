#!/usr/bin/env node
/** `hapi` on the pages: has the tests' own process run the command, which needs a second to begin by itself. */

const { HAPI_TEST_PROGRAM = '', ...environment } = process.env
const answer = await fetch(HAPI_TEST_PROGRAM, {
  method: 'POST',
  body: JSON.stringify({ argv: process.argv.slice(2), environment }),
})
const { code, stdout, stderr } = await answer.json()
process.stdout.write(stdout)
process.stderr.write(stderr)
process.exitCode = code
