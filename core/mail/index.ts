export { composeMail, escapeHtml, type MailContent } from './mail.ts';
