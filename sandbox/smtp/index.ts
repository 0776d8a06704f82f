export { inboxRoutes } from './inbox-routes.ts';
export { type Inbox, type InboxMessage } from './inbox.ts';
export { startSmtpSandbox, type SmtpSandbox, type SmtpSandboxOptions } from './sandbox.ts';
