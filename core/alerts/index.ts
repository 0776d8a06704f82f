export * from './alerts.schema.ts';
export { createAlertsService, type AlertsService } from './alerts.service.ts';
