/** Every bound in one place. Code takes its limits from here, help texts print them from here. */
export const limits = {
  http: {
    bodyBytesMax: 1_048_576,
    /** What vendors tell us is a few kilobytes; nobody has to be authenticated to send it. */
    webhookBodyBytesMax: 262_144,
    requestTimeoutMs: 30_000,
    pageSizeDefault: 20,
    pageSizeMax: 100,
    idempotencyTtlMs: 24 * 3_600_000,
    /** Requests a minute, of all processes together where they share Redis. */
    perMinute: { address: 1_200, webhooks: 6_000, credential: 600, organization: 1_200 },
    /** Time to send the headers; the whole request has `requestTimeoutMs`. */
    headersTimeoutMs: 10_000,
    headersBytesMax: 16_384,
    /** Open sockets of one process. */
    connectionsMax: 2_000,
    /** Event streams one organization keeps open in one process. */
    streamsPerOrganization: 50,
  },
  alerts: {
    /** Nobody is written to twice about the same thing within it. */
    quietMs: 6 * 3_600_000,
  },
  auth: {
    passwordCharsMin: 8,
    passwordBytesMax: 72,
    emailCharsMax: 254,
    nameCharsMax: 120,
    tokenCharsMax: 8_192,
    redirectCharsMax: 2_000,
    apiKeysMax: 50,
    /** How long the secret before works on after a rotation. */
    keyOverlap: { defaultS: 24 * 3_600, maxS: 7 * 24 * 3_600 },
    /** Between two mails to one address. */
    mailIntervalMs: 60_000,
    /** Wrong passwords or codes for one address. */
    guesses: { failuresMax: 10, windowMs: 15 * 60_000 },
    /** Requests of one network address, and of one device, by what they may do. */
    perMinute: { signUp: 20, mail: 10, credential: 30, refresh: 60 },
    perHour: { signUp: 100, mail: 120, credential: 600 },
    perHourOfDevice: { signUp: 20, mail: 30, credential: 60 },
  },
  members: {
    membersMax: 200,
    /** Organizations one person may own. */
    ownedMax: 10,
    invitationTtlMs: 7 * 24 * 3_600_000,
    invitationsPendingMax: 50,
    /** Mails of invitations an organization may ask for in a day. */
    invitationsPerDayMax: 100,
    /** The same to one address, whoever asks. */
    invitationsPerAddressMax: 10,
    /** Between two mails of one invitation. */
    resendIntervalMs: 60_000,
    /** An invitation whose mail was asked for this long ago, and not sent, is asked for again. */
    mailRetryMs: 2 * 60_000,
    searchCharsMax: 120,
  },
  interview: {
    answerCharsMax: 8_000,
    /** How long the model may take to understand an answer, and to phrase the next question. */
    extractionTimeoutMs: 25_000,
    questionTimeoutMs: 15_000,
    /** After an answer without a question, this long its question is still on the way. */
    replyWindowMs: 20_000,
  },
  agent: { namesCharsMax: 120, servicesMax: 200, listItemsMax: 100, textCharsMax: 4_000 },
  knowledge: {
    fileBytesMax: 20 * 1_048_576,
    pagesMax: 300,
    textCharsMax: 2_000_000,
    documentsMax: 200,
    chunkChars: 700,
    chunkOverlapChars: 120,
    queryCharsMax: 500,
    resultsMax: 20,
    resultsDefault: 5,
    filenameCharsMax: 120,
    /** Exact search reads every chunk of the organization: this keeps it within a spoken pause. */
    chunksMax: 20_000,
    /** Reading a scan takes seconds a page. */
    scannedPagesMax: 40,
    imagePixelsMax: 50_000_000,
    /** What one scanned page is drawn at: A4 at 300 dpi and a bit. */
    scanPixelsMax: 12_000_000,
    /** What one PDF may take while it is read. */
    pdfMemoryBytesMax: 512 * 1_048_576,
    /** A reader of images is kept warm this long. */
    ocrIdleMs: 60_000,
    /** Longer than all attempts of a job: an unfinished document older than this has been dropped. */
    ingestMsMax: 15 * 60_000,
  },
  call: {
    durationMsMax: 10 * 60_000,
    ringTimeoutMs: 30_000,
    toolRoundsMax: 3,
    /** Frames of 20 ms that may wait for the carrier: 60 s of speech. */
    playoutFramesMax: 3_000,
    eventsMax: 5_000,
    /** What an operator may say at once: it travels in one notification, of 8,000 bytes at most. */
    orderTextCharsMax: 1_000,
    /** What has to be paid for before a phone rings. */
    fundedMsMin: 60_000,
    /** How long before its last words a call is told that its money runs out. */
    fundsNoticeMs: 30_000,
    /** Kept for those last words, which have 15 s: when they end, no more was used than was held. */
    fundsGoodbyeMs: 16_000,
    /** A call whose owner has not been heard of for this long belongs to nobody. */
    leaseMs: 10_000,
    heartbeatMs: 2_000,
  },
  voice: {
    frameMs: 20,
    socketMessageBytesMax: 65_536,
    startTimeoutMs: 10_000,
    lookMs: 1_000,
    reconnectMs: 5_000,
  },
  llm: {
    /** Silence on a stream that answers a caller; the voice engine gives up sooner, by its own bound. */
    voiceChunkTimeoutMs: 8_000,
    chunkTimeoutMs: 30_000,
    objectTimeoutMs: 60_000,
    embeddingTimeoutMs: 30_000,
    embeddingBatchMax: 256,
    embeddingBatchCharsMax: 400_000,
  },
  billing: {
    /** How long a subscription that could not be charged keeps its plan. */
    graceMs: 7 * 24 * 3_600_000,
    /** Things one sweep asks the providers about. */
    checksPerSweep: 25,
    /** A check that was begun and not finished is anybody's again after this. */
    checkLeaseMs: 5 * 60_000,
    invoicesPageMax: 100,
    /** Per organization and minute: each asks the provider several times. */
    syncsPerMinute: 6,
  },
  wallet: {
    topUpMinorMin: 1_000_000,
    topUpMinorMax: 1_000_000_000,
    freeCreditMinorMax: 10_000_000,
    /** Longer than anything a hold is for: queued, dialled, talked to the end. Older ones are lost. */
    holdMsMax: 30 * 60_000,
    /** Lines of a statement that is one JSON document; its CSV has no bound. */
    statementEntriesMax: 10_000,
  },
  events: {
    /** Kept this long, for replays and for listeners that were away. */
    retentionMs: 30 * 24 * 3_600_000,
    streamHeartbeatMs: 15_000,
    /** A stream ends after this long; its listener comes back with a credential that is checked anew. */
    streamMsMax: 5 * 60_000,
  },
  webhooks: {
    endpointsMax: 20,
    urlCharsMax: 2_048,
    descriptionCharsMax: 200,
    /** What is kept of an endpoint's answer. */
    responseCharsMax: 1_024,
    connectTimeoutMs: 5_000,
    totalTimeoutMs: 15_000,
    /** An attempt that has said nothing for this long died with its process. */
    leaseMs: 60_000,
    /** Attempts of one organization at once: a slow endpoint must not take every place. */
    inFlightMax: 4,
    /** An endpoint that has failed for this long without a success is disabled. */
    failingMsMax: 5 * 24 * 3_600_000,
    /** How long the secret before signs too, after a rotation. */
    overlapHoursDefault: 24,
    overlapHoursMax: 168,
  },
} as const;
