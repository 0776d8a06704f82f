/** Every bound in one place. Code takes its limits from here, help texts print them from here. */
export const limits = {
  http: {
    bodyBytesMax: 1_048_576,
    requestTimeoutMs: 30_000,
    pageSizeDefault: 20,
    pageSizeMax: 100,
    idempotencyTtlMs: 24 * 3_600_000,
    requestsPerMinute: 600,
  },
  auth: {
    passwordCharsMin: 8,
    passwordCharsMax: 72,
    emailCharsMax: 254,
    nameCharsMax: 120,
    tokenCharsMax: 8_192,
    apiKeysMax: 50,
    /** Between two mails of a kind to one address. */
    mailIntervalMs: 60_000,
    /** Wrong passwords or codes for one address. */
    guesses: { failuresMax: 10, windowMs: 15 * 60_000, addressesMax: 10_000 },
    /** Requests of one client a minute, by what they may do. */
    perMinute: { signUp: 20, mail: 10, credential: 30, refresh: 60 },
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
    /** A call whose owner has not been heard of for this long belongs to nobody. */
    leaseMs: 10_000,
    heartbeatMs: 2_000,
  },
  voice: { frameMs: 20, socketMessageBytesMax: 65_536, startTimeoutMs: 10_000 },
  llm: {
    /** Silence on a stream that answers a caller; the voice engine gives up sooner, by its own bound. */
    voiceChunkTimeoutMs: 8_000,
    chunkTimeoutMs: 30_000,
    objectTimeoutMs: 60_000,
    embeddingTimeoutMs: 30_000,
    embeddingBatchMax: 256,
    embeddingBatchCharsMax: 400_000,
  },
  wallet: { topUpMinorMin: 1_000_000, topUpMinorMax: 1_000_000_000 },
} as const;
