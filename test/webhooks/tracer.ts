/** A tracer that keeps what it is told, and the context of whatever runs: what an SDK would be. */

import { AsyncLocalStorage } from 'node:async_hooks'
import {
  type Attributes,
  type Context,
  type ContextManager,
  context,
  ROOT_CONTEXT,
  type Span,
  type SpanOptions,
  type SpanStatus,
  type TimeInput,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api'

export interface RecordedSpan {
  readonly scope: string
  readonly name: string
  readonly options: SpanOptions
  readonly attributes: Attributes
  status: SpanStatus | undefined
  endTime: TimeInput | undefined
}

/** Call `stop` in `afterAll`: they are the process's. */
export function recordSpans(): {
  readonly spans: readonly RecordedSpan[]
  readonly stop: () => void
} {
  const spans: RecordedSpan[] = []
  const provider: TracerProvider = { getTracer: (scope) => new RecordingTracer(scope, spans) }
  trace.setGlobalTracerProvider(provider)
  context.setGlobalContextManager(new AsyncContexts())
  return {
    spans,
    stop: () => {
      trace.disable()
      context.disable()
    },
  }
}

class RecordingTracer implements Tracer {
  readonly #scope: string
  readonly #spans: RecordedSpan[]

  constructor(scope: string, spans: RecordedSpan[]) {
    this.#scope = scope
    this.#spans = spans
  }

  startSpan(name: string, options: SpanOptions = {}): Span {
    const { attributes = {} } = options
    const recorded: RecordedSpan = {
      scope: this.#scope,
      name,
      options,
      attributes: { ...attributes },
      status: undefined,
      endTime: undefined,
    }
    this.#spans.push(recorded)
    const none = trace.wrapSpanContext({ traceId: '', spanId: '', traceFlags: 0 })
    none.setStatus = (status) => {
      recorded.status = status
      return none
    }
    none.end = (endTime) => {
      recorded.endTime = endTime
    }
    return none
  }

  startActiveSpan(): never {
    throw new Error('Spans are made of what is over')
  }
}

class AsyncContexts implements ContextManager {
  readonly #storage = new AsyncLocalStorage<Context>()

  active(): Context {
    return this.#storage.getStore() ?? ROOT_CONTEXT
  }

  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    given: Context,
    work: F,
    thisArg?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    return this.#storage.run(given, () => Reflect.apply(work, thisArg, args))
  }

  bind<T>(_context: Context, target: T): T {
    return target
  }

  enable(): this {
    return this
  }

  disable(): this {
    this.#storage.disable()
    return this
  }
}
