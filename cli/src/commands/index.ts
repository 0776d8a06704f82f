import type { Command } from '../lib/define-command.ts';
import type { Localized } from '../lib/language.ts';
import { adminOrgs } from './admin/orgs.ts';
import { agentsList } from './agents/list.ts';
import { agentsShow } from './agents/show.ts';
import { alertsList } from './alerts/list.ts';
import { alertsResolve } from './alerts/resolve.ts';
import { auditList } from './audit/list.ts';
import { auditVerify } from './audit/verify.ts';
import { billingInvoices } from './billing/invoices.ts';
import { billingPlans } from './billing/plans.ts';
import { billingPortal } from './billing/portal.ts';
import { billingStatus } from './billing/status.ts';
import { billingSubscribe } from './billing/subscribe.ts';
import { billingCancel, billingResume, billingSync } from './billing/subscription.ts';
import { billingTopUp, walletTopUp } from './billing/top-up.ts';
import { callTest } from './call/test.ts';
import { callsList } from './calls/list.ts';
import {
  callsHandBack,
  callsHangUp,
  callsSay,
  callsTakeOver,
  callsWhisper,
} from './calls/operate.ts';
import { callsReceipt } from './calls/receipt.ts';
import { callsShow } from './calls/show.ts';
import { callsWatch } from './calls/watch.ts';
import { doctor } from './doctor.ts';
import { eventsList } from './events/list.ts';
import { eventsReplay } from './events/replay.ts';
import { eventsShow } from './events/show.ts';
import { inbox } from './inbox.ts';
import { interview } from './interview.ts';
import { invitationsAccept, invitationsDecline, invitationsShow } from './invitations/answer.ts';
import { invitationsList } from './invitations/list.ts';
import { invitationsResend, invitationsRevoke } from './invitations/manage.ts';
import { keysCreate } from './keys/create.ts';
import { keysList } from './keys/list.ts';
import { keysRevoke } from './keys/revoke.ts';
import { keysRotate } from './keys/rotate.ts';
import { knowledgeAdd } from './knowledge/add.ts';
import { knowledgeList } from './knowledge/list.ts';
import { knowledgeSearch } from './knowledge/search.ts';
import { latencyReport } from './latency/report.ts';
import { listen } from './listen.ts';
import { login } from './login.ts';
import { logout } from './logout.ts';
import { membersInvite } from './members/invite.ts';
import { membersList } from './members/list.ts';
import { membersRemove } from './members/remove.ts';
import { membersRole } from './members/role.ts';
import { orgsCreate } from './orgs/create.ts';
import { orgsLeave } from './orgs/leave.ts';
import { orgsList } from './orgs/list.ts';
import { orgsUse } from './orgs/use.ts';
import { passwordChange } from './password/change.ts';
import { passwordReset } from './password/reset.ts';
import { serve } from './serve.ts';
import { signup } from './signup.ts';
import { simulate } from './simulate.ts';
import { start } from './start.ts';
import { talk } from './talk.ts';
import { trigger } from './trigger.ts';
import { walletRates } from './wallet/rates.ts';
import { wallet } from './wallet/show.ts';
import { walletStatement } from './wallet/statement.ts';
import { walletVerify } from './wallet/verify.ts';
import { walletWarnBelow } from './wallet/warn-below.ts';
import { webhooksCreate } from './webhooks/create.ts';
import { webhooksDelete } from './webhooks/delete.ts';
import { webhooksDeliveries } from './webhooks/deliveries.ts';
import { webhooksDelivery } from './webhooks/delivery.ts';
import { webhooksList } from './webhooks/list.ts';
import { webhooksRotate } from './webhooks/rotate.ts';
import { webhooksShow } from './webhooks/show.ts';
import { webhooksUpdate } from './webhooks/update.ts';
import { whoami } from './whoami.ts';

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  start,
  serve,
  signup,
  login,
  logout,
  passwordReset,
  passwordChange,
  whoami,
  orgsList,
  orgsUse,
  orgsCreate,
  orgsLeave,
  membersList,
  membersInvite,
  membersRole,
  membersRemove,
  invitationsList,
  invitationsResend,
  invitationsRevoke,
  invitationsShow,
  invitationsAccept,
  invitationsDecline,
  interview,
  agentsList,
  agentsShow,
  knowledgeAdd,
  knowledgeList,
  knowledgeSearch,
  billingStatus,
  billingPlans,
  billingSubscribe,
  billingPortal,
  billingInvoices,
  billingCancel,
  billingResume,
  billingSync,
  billingTopUp,
  wallet,
  walletRates,
  walletStatement,
  walletWarnBelow,
  walletVerify,
  walletTopUp,
  talk,
  callTest,
  callsList,
  callsShow,
  callsReceipt,
  callsWatch,
  callsSay,
  callsWhisper,
  callsTakeOver,
  callsHandBack,
  callsHangUp,
  latencyReport,
  simulate,
  keysCreate,
  keysList,
  keysRotate,
  keysRevoke,
  listen,
  trigger,
  eventsList,
  eventsShow,
  eventsReplay,
  webhooksCreate,
  webhooksList,
  webhooksShow,
  webhooksUpdate,
  webhooksDelete,
  webhooksRotate,
  webhooksDeliveries,
  webhooksDelivery,
  alertsList,
  alertsResolve,
  auditList,
  auditVerify,
  adminOrgs,
  inbox,
  doctor,
];

export const groups: Readonly<Record<string, Localized>> = {
  agents: { es: 'Sus agentes', en: 'Your agents' },
  knowledge: { es: 'Los archivos de los que responden', en: 'The files they answer from' },
  call: { es: 'Llama ya', en: 'Call now' },
  latency: { es: 'Lo que espera quien llama', en: 'How long callers wait' },
  calls: { es: 'Las llamadas hechas y en curso', en: 'Calls made and in progress' },
  orgs: { es: 'Sus negocios', en: 'Your organizations' },
  members: { es: 'Las personas del negocio', en: 'The people of the organization' },
  invitations: { es: 'Invitaciones hechas y recibidas', en: 'Invitations made and received' },
  admin: { es: 'Para quienes operan la plataforma', en: 'For who runs the platform' },
  keys: { es: 'Claves de API', en: 'API keys' },
  password: { es: 'Su contraseña', en: 'Your password' },
  alerts: { es: 'Lo que conviene saber', en: 'What you should know of' },
  audit: { es: 'Quién cambió qué', en: 'Who changed what' },
  events: { es: 'Lo que ha pasado', en: 'What happened' },
  webhooks: { es: 'Direcciones que reciben los eventos', en: 'Addresses that get the events' },
};
