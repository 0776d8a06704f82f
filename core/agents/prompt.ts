import { formatMinor, type Language } from '../kernel/index.ts';
import { greetingOf } from './agent.rules.ts';
import type { AgentConfig, Service } from './agent.schema.ts';
import { hoursLines } from './hours-text.ts';
import { promptTexts, type PromptTexts } from './prompt.texts.ts';

/**
 * The system prompt of a configuration: pure and deterministic, so a version can be compared with
 * the next. The owner's words go in as single lines, so none of them can pose as a section of ours.
 */
export function renderSystemPrompt(config: AgentConfig, language: Language): string {
  const texts = promptTexts[language];
  const name = oneLine(config.business_name);
  const sections: [title: string, lines: readonly string[]][] = [
    [texts.business.title, businessLines(config, texts)],
    [texts.goal.title, goalLines(config, texts)],
    [
      texts.tone.title,
      [`- ${texts.tone.asked(oneLine(config.tone))}`, ...bullets(texts.tone.rules)],
    ],
    [texts.phone.title, bullets(texts.phone.rules)],
    [
      texts.languages.title,
      [`- ${texts.languages.rule(config.languages.map(texts.languages.name))}`],
    ],
    [texts.hours.title, hoursSection(config, language)],
    [texts.services.title, serviceLines(config.services, language)],
    [texts.facts.title, itemLines(config.facts, texts.facts.none)],
    [texts.knowledge.title, bullets(texts.knowledge.rules)],
    [texts.neverSay.title, neverSayLines(config, texts)],
    [texts.handoff.title, handoffLines(config, texts)],
    [texts.ending.title, bullets(texts.ending.rules)],
    [texts.honesty.title, bullets(texts.honesty.rules(name))],
  ];
  const opening = texts.opening(name, oneLine(greetingOf(config, language)));
  return [opening, ...sections.map(([title, lines]) => `# ${title}\n${lines.join('\n')}`)].join(
    '\n\n',
  );
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();
const bullets = (lines: readonly string[]) => lines.map((line) => `- ${line}`);

function itemLines(items: readonly string[], none: string): readonly string[] {
  return bullets(items.length === 0 ? [none] : items.map(oneLine));
}

function businessLines(config: AgentConfig, texts: PromptTexts): readonly string[] {
  const { business_description: description } = config;
  return bullets([
    `${texts.business.name}: ${oneLine(config.business_name)}`,
    ...(description === null ? [] : [`${texts.business.what}: ${oneLine(description)}`]),
  ]);
}

function goalLines(config: AgentConfig, texts: PromptTexts): readonly string[] {
  return bullets([
    texts.goal.of[config.goal],
    ...(config.goal_detail === null
      ? []
      : [`${texts.goal.inTheirWords}: ${oneLine(config.goal_detail)}`]),
  ]);
}

function hoursSection(config: AgentConfig, language: Language): readonly string[] {
  const { hours } = promptTexts[language];
  const { notes } = config.opening_hours;
  const lines = [
    ...hoursLines(config.opening_hours, language),
    ...(notes === null ? [] : [`${hours.inTheirWords}: ${oneLine(notes)}`]),
  ];
  return bullets(lines.length === 0 ? [hours.none] : lines);
}

function serviceLines(services: readonly Service[], language: Language): readonly string[] {
  const texts = promptTexts[language].services;
  if (services.length === 0) return bullets([texts.none]);
  return bullets([...services.map((service) => serviceLine(service, language)), texts.rule]);
}

function serviceLine(service: Service, language: Language): string {
  const texts = promptTexts[language].services;
  const price = service.price === null ? null : priceText(service.price, language);
  const note = service.price_note === null ? null : oneLine(service.price_note);
  const figure =
    price === null ? (note ?? texts.noPrice) : note === null ? price : `${price} (${note})`;
  const description = service.description === null ? '' : `. ${oneLine(service.description)}`;
  return `${oneLine(service.name)}: ${figure}${description}`;
}

/** `$ 45.000`, `$ 20 USD`, `gratis`: with plain spaces, and the currency where it may be mistaken. */
function priceText(price: NonNullable<Service['price']>, language: Language): string {
  if (price.amount === 0) return promptTexts[language].services.free;
  const figure = formatMinor(price.amount, price.currency, language).replace(/\s/g, ' ');
  return price.currency === 'COP' || figure.includes(price.currency)
    ? figure
    : `${figure} ${price.currency}`;
}

function neverSayLines(config: AgentConfig, texts: PromptTexts): readonly string[] {
  return [
    ...bullets(texts.neverSay.always),
    ...bullets(config.never_say.map((each) => texts.neverSay.asked(oneLine(each)))),
  ];
}

function handoffLines({ handoff }: AgentConfig, texts: PromptTexts): readonly string[] {
  return bullets([
    ...(handoff.when === null
      ? [texts.handoff.whenUnsaid]
      : [`${texts.handoff.inTheirWords}: ${oneLine(handoff.when)}`]),
    handoff.phone === null ? texts.handoff.withoutPhone : texts.handoff.withPhone(handoff.phone),
  ]);
}
