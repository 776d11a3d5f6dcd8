/**
 * What `npm start` and `npm test` share on a machine that has only Node and git: the version of Node
 * is checked, and the locked packages are installed when they are absent or not those of the lock
 * file. Plain JavaScript without dependencies, since it runs before any is there; its syntax is kept
 * old enough for an old Node to reach the message that refuses it.
 */

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Root of the package. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url))

const NODE_MIN = [20, 19]

/** Ends the process with a message when Node is too old. */
export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1])) return
  const min = NODE_MIN.join('.')
  console.error(
    `Primmo HApi demande Node ${min} ou plus récent; cette version est ${process.versions.node}. Voyez https://nodejs.org.`,
  )
  console.error(
    `Primmo HApi needs Node ${min} or later; this is version ${process.versions.node}. See https://nodejs.org.`,
  )
  process.exit(1)
}

/** Installs the locked packages unless they are there: those of production alone, or all of them. */
export function ensureInstalled({ withDevelopment }) {
  if (isInstalled(withDevelopment)) return
  say('Installation des paquets (environ une minute)…', 'Installing packages (about a minute)…')
  run(...npm(), 'ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund')
}

/** One line of progress, French first. It goes to stderr: stdout is the product's. */
export function say(french, english) {
  console.error(`${french} / ${english}`)
}

/** Runs a program to its end, with our terminal; ends this process with its code when it fails. */
export function run(program, ...args) {
  const { status, error } = spawnSync(program, args, {
    cwd: ROOT,
    stdio: 'inherit',
    // `npm` is a batch file on Windows, which only a shell can start.
    shell: process.platform === 'win32' && program === 'npm',
  })
  if (error !== undefined) console.error(error.message)
  if (status !== 0) process.exit(status ?? 1)
}

/** The npm that called us, else the one in the path. */
function npm() {
  const path = process.env.npm_execpath
  return path !== undefined && /npm-cli\.c?js$/.test(path) ? [process.execPath, path] : ['npm']
}

/**
 * npm writes `node_modules/.package-lock.json` when an installation is complete: it is compared with
 * the lock file, package by package. Optional packages may be absent: they are other platforms'.
 */
function isInstalled(withDevelopment) {
  const installed = readPackages('node_modules/.package-lock.json')
  const locked = readPackages('package-lock.json')
  if (installed === undefined || locked === undefined) return false
  return Object.entries(locked).every(([path, entry]) => {
    if (path === '' || (entry.dev && !withDevelopment)) return true
    const found = installed[path]
    if (found === undefined) return entry.optional === true || entry.devOptional === true
    return found.version === entry.version && found.integrity === entry.integrity
  })
}

function readPackages(path) {
  try {
    return JSON.parse(readFileSync(join(ROOT, path), 'utf8')).packages
  } catch {
    return undefined
  }
}
