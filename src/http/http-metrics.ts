/** Answers of the API, counted and timed: by method, route and class of status, whose numbers are bounded. */

import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Histogram, type Registry } from 'prom-client'
import type { Model } from '../model/model.ts'

/** Seconds: from a point read to a list that streams. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

type Observe = (seconds: number) => void

/** For every route of `app` that is registered later. */
export function measureAnswers(app: FastifyInstance, model: Model, registry: Registry): void {
  const histogram = new Histogram({
    name: 'hapi_http_request_duration_seconds',
    help: 'Time until an answer was sent whole.',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS,
    registers: [registry],
  })
  const routeOf = routeNames(model)
  // The library looks a child up by building a text of all its labels: half of what an observation costs.
  const observers = new Map<string, Map<string, Observe[]>>()
  app.addHook('onResponse', (request, reply, done) => {
    const route = routeOf(request)
    const { method } = request
    const statusClass = Math.floor(reply.statusCode / 100)
    let byMethod = observers.get(route)
    if (byMethod === undefined) observers.set(route, (byMethod = new Map()))
    let byClass = byMethod.get(method)
    if (byClass === undefined) byMethod.set(method, (byClass = []))
    let observe = byClass[statusClass]
    if (observe === undefined) {
      const child = histogram.labels({ method, route, status: `${statusClass}xx` })
      observe = (seconds) => child.observe(seconds)
      byClass[statusClass] = observe
    }
    observe(reply.elapsedTime / 1_000)
    done()
  })
}

/** The pattern of a request's route; of OData, which has one for all, with the set that the path begins with. */
function routeNames(model: Model): (request: FastifyRequest) => string {
  const sets = new Map(model.entityTypes.map(({ set }) => [set, `/api/${set}`]))
  return (request) => {
    const pattern = request.routeOptions.url
    if (pattern !== '/api/*') return pattern ?? 'none'
    return sets.get(/^[/]api[/](\w+)/i.exec(request.url)?.[1] ?? '') ?? pattern
  }
}
