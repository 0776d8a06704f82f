import type { components, operations } from './generated/api.ts';

type Schemas = components['schemas'];

/** The shapes of the API, by the names its contract gives them. */
export type AdminOrganization = Schemas['AdminOrganization'];
export type Agent = Schemas['Agent'];
export type AgentConfig = Schemas['AgentConfig'];
export type AgentSummary = Schemas['AgentSummary'];
export type AgentVersion = Schemas['AgentVersion'];
export type AgentVersionSummary = Schemas['AgentVersionSummary'];
/** Something that happened: `type` says what `data` is. */
export type AloEvent = Schemas['Event'];
export type ApiKey = Schemas['ApiKey'];
export type ApiKeyCreated = Schemas['ApiKeyCreated'];
export type Alert = Schemas['Alert'];
export type AuditEntry = Schemas['AuditEntry'];
export type AuditVerification = Schemas['AuditVerification'];
export type Billing = Schemas['Billing'];
export type Call = Schemas['Call'];
export type CallDetail = Schemas['CallDetail'];
export type CallEvent = Schemas['CallEvent'];
export type CallLatency = Schemas['CallLatency'];
export type CallReceipt = Schemas['CallReceipt'];
export type OpenedTalk = Schemas['OpenedTalk'];
export type SentOrder = Schemas['SentOrder'];
export type CallTurn = Schemas['CallTurn'];
export type Checkout = Schemas['Checkout'];
export type Health = Schemas['Health'];
export type Interview = Schemas['Interview'];
export type InterviewMessage = Schemas['InterviewMessage'];
export type InterviewReply = Schemas['InterviewReply'];
export type InterviewSummary = Schemas['InterviewSummary'];
export type Invitation = Schemas['Invitation'];
export type InvitationPreview = Schemas['InvitationPreview'];
export type Invoice = Schemas['Invoice'];
export type KnowledgeDocument = Schemas['KnowledgeDocument'];
export type KnowledgePassage = Schemas['KnowledgePassage'];
export type Me = Schemas['Me'];
export type Member = Schemas['Member'];
export type Money = Schemas['Money'];
export type Organization = Schemas['Organization'];
export type OrganizationSummary = Schemas['OrganizationSummary'];
export type OAuthStarted = Schemas['OAuthStarted'];
export type OtpSent = Schemas['OtpSent'];
export type PartialAgentConfig = Schemas['PartialAgentConfig'];
export type Permission = Schemas['Permission'];
export type Person = Schemas['Person'];
export type Rates = Schemas['Rates'];
export type Role = Schemas['Role'];
export type Plan = Schemas['Plan'];
export type PlanList = Schemas['PlanList'];
export type Portal = Schemas['Portal'];
export type Session = Schemas['Session'];
export type StartedTopUp = Schemas['StartedTopUp'];
export type TurnCause = Schemas['TurnCause'];
export type TopUp = Schemas['TopUp'];
export type TopUpOptions = Schemas['TopUpOptions'];
export type Wallet = Schemas['Wallet'];
export type WalletEntry = Schemas['WalletEntry'];
export type WalletStatement = Schemas['WalletStatement'];
export type WalletVerification = Schemas['WalletVerification'];
export type WebhookDelivery = Schemas['WebhookDelivery'];
export type WebhookDeliveryDetail = Schemas['WebhookDeliveryDetail'];
export type WebhookEndpoint = Schemas['WebhookEndpoint'];
export type WebhookEndpointCreated = Schemas['WebhookEndpointCreated'];
export type WebhookSecretRotated = Schemas['WebhookSecretRotated'];

export type EventType = AloEvent['type'];
/** A choice of events: a type, all of an object (`call.*`), or all (`*`). */
export type EventPattern = NonNullable<CreateWebhookEndpoint['event_types']>[number];

/** What an operation takes: fields with a default may be left out, unlike in answers. */
type BodyOf<Operation extends keyof operations> = operations[Operation] extends {
  requestBody?: { content: { 'application/json': infer Body } };
}
  ? NonNullable<Body>
  : never;

export type AgentConfigPatch = BodyOf<'correctInterview'>;
export type ApiKeyCreate = BodyOf<'createApiKey'>;
export type ApiKeyRotate = BodyOf<'rotateApiKey'>;
export type CreateAgent = BodyOf<'createAgent'>;
export type CreateWebhookEndpoint = BodyOf<'createWebhookEndpoint'>;
export type OpenPortal = BodyOf<'openPortal'>;
export type OAuthExchange = BodyOf<'exchangeOAuth'>;
export type OAuthStart = BodyOf<'startOAuth'>;
export type PasswordChange = BodyOf<'changePassword'>;
export type PasswordReset = BodyOf<'resetPassword'>;
export type RotateWebhookSecret = BodyOf<'rotateWebhookSecret'>;
export type InvitationCreate = BodyOf<'createInvitation'>;
export type OpenTalk = BodyOf<'openTalk'>;
export type SpokenOrder = BodyOf<'sayInCall'>;
export type SearchKnowledge = BodyOf<'searchKnowledge'>;
export type SignIn = BodyOf<'signIn'>;
export type SignOut = BodyOf<'signOut'>;
export type SignUp = BodyOf<'signUp'>;
export type StartCheckout = BodyOf<'startCheckout'>;
export type StartInterview = BodyOf<'startInterview'>;
export type StartTestCall = BodyOf<'startTestCall'>;
export type StartTopUp = BodyOf<'startTopUp'>;
export type TriggerEvent = BodyOf<'triggerEvent'>;
export type UpdateAgent = BodyOf<'updateAgent'>;
export type UpdateWallet = BodyOf<'updateWallet'>;
export type UpdateWebhookEndpoint = BodyOf<'updateWebhookEndpoint'>;
