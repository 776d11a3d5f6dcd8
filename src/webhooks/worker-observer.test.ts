import { describe, expect, test } from 'vitest'
import { composeObservers, type WorkerObserver } from './worker-observer.ts'

const deaf: WorkerObserver = {
  begun: () => {},
  ended: () => {},
  fannedOut: () => {},
  written: () => {},
  endpointEnded: () => {},
  endpointDisabled: () => {},
  owns: () => {},
}

describe('Observers of a worker', () => {
  test('all hear, also when one before them throws, which is reported once', () => {
    const heard: string[] = []
    const failures: unknown[] = []
    const broken = {
      ...deaf,
      owns: () => {
        throw new Error('broken')
      },
    }
    const hearing = { ...deaf, owns: (queues: number) => void heard.push(`owns ${queues}`) }
    const observer = composeObservers([broken, hearing], (error) => failures.push(error))
    observer.owns(1)
    observer.owns(2)
    expect(heard).toEqual(['owns 1', 'owns 2'])
    expect(failures).toEqual([new Error('broken')])
  })
})
