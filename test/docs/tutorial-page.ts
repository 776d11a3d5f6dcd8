/**
 * A tutorial page as a program: its `sh` blocks are run in one shell, in order, and what each writes is
 * compared with the `json` or `text` block that follows it on the page.
 */

import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

interface Step {
  readonly command: string
  /** What the page shows as its outcome; undefined when it shows none. */
  readonly shown: { readonly language: 'json' | 'text'; readonly text: string } | undefined
}

/** What a step wrote, beside what the page says that it writes. */
export interface Outcome {
  readonly command: string
  readonly written: unknown
  readonly shown: unknown
}

const BLOCK = /^```(sh|json|text)\n([\s\S]*?)^```$/gm

async function readSteps(path: string): Promise<readonly Step[]> {
  const page = await readFile(path, 'utf8')
  const blocks = [...page.matchAll(BLOCK)].map(([, language = '', text = '']) => ({
    language,
    text: text.trimEnd(),
  }))
  return blocks.flatMap((block, index): Step[] => {
    if (block.language !== 'sh') return []
    const next = blocks[index + 1]
    const isShown = next !== undefined && (next.language === 'json' || next.language === 'text')
    return [
      {
        command: block.text,
        shown: isShown
          ? { language: next.language === 'json' ? 'json' : 'text', text: next.text }
          : undefined,
      },
    ]
  })
}

const SEPARATOR = '----8<----'

/** A page takes seconds; one that hangs is broken. */
const TIMEOUT_MS = 60_000

/** Runs the page's commands; those that show nothing on the page are run and not compared. */
export async function runPage(
  path: string,
  environment: Readonly<Record<string, string>>,
): Promise<readonly Outcome[]> {
  const steps = await readSteps(path)
  const script = steps.map(({ command }) => `${command}\necho; echo '${SEPARATOR}'`).join('\n')
  const { stdout } = await promisify(execFile)('sh', ['-eu', '-c', script], {
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    timeout: TIMEOUT_MS,
  })
  const written = stdout.split(`${SEPARATOR}\n`)
  return steps.flatMap(({ command, shown }, index) =>
    shown === undefined
      ? []
      : [
          {
            command,
            written: read(written[index] ?? '', shown.language),
            shown: read(shown.text, shown.language),
          },
        ],
  )
}

function read(text: string, language: 'json' | 'text'): unknown {
  if (language === 'text') return text.trim()
  try {
    return JSON.parse(text)
  } catch {
    // Shown as it is, so that the failure tells what came instead of JSON.
    return text.trim()
  }
}
