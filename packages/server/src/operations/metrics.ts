import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { RequestSeen } from '../platform/http/request-context.ts';

export interface Metrics {
  seen(request: RequestSeen): void;
  /** A value read when the metrics are asked for. */
  gauge(name: string, help: string, read: () => number): void;
  /** Prometheus text exposition format. */
  render(): Promise<string>;
  contentType: string;
}

/** Names after the OpenTelemetry semantic conventions. Never a tenant, a visitor or an address as a label. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: 'http_server_request_duration_seconds',
    help: 'Time to answer a request, by route pattern',
    labelNames: ['http_request_method', 'http_route', 'http_response_status_code'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  return {
    seen({ method, route, status, seconds }) {
      duration.observe(
        { http_request_method: method, http_route: route, http_response_status_code: status },
        seconds,
      );
    },
    gauge(name, help, read) {
      const gauge: Gauge = new Gauge({
        name,
        help,
        registers: [registry],
        collect: () => gauge.set(read()),
      });
    },
    render: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
