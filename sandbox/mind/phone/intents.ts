import { contentWords, foldWord } from '../text/words.ts';
import { likeness } from '../text/likeness.ts';
import type { Profile } from './profile.ts';
import { withAskingWords, withoutCourtesy } from './hearing.ts';

export type Intent =
  | 'unclear'
  | 'goodbye'
  | 'nothing_more'
  | 'more'
  | 'person'
  | 'forbidden'
  | 'greeting'
  | 'how_are_you'
  | 'who'
  | 'robot'
  | 'thanks'
  | 'yes'
  | 'details'
  | 'insult'
  | 'question';

const asksSomething =
  /[?¿]|\b(?:cuant[oa]s?|que (?:precio|valor|hora|horario|servicios?|productos?|incluye|tienen|sabores|dias?)|a que hora|donde|cual(?:es)?|tienen|tiene|hacen|venden|manejan|aceptan|reciben|precio|how much|what|where|when|do you|quiero|quisiera|necesito)\b|^(?:el|la|las|los|is|are|do|does|can|could|how|y|and|que|cual|cuales|cuando|como|donde|quien|cuanto|puedo|puede|pueden|hay)\b/;
const goodbye =
  /\b(?:chao|chau|chait[oa]s?|chaolin|adios|adiosito|lo (?:voy a pensar|pienso)|(?:llamo|paso|vuelvo|voy|llamare|pasare) (?:luego|despues|ma[nñ]ana|mas tarde|ahorita|por alla)|(?:luego|despues|ma[nñ]ana|mas tarde|ahorita) (?:llamo|paso|vuelvo|voy|los llamo|le aviso)|hasta (?:luego|pronto|ma[nñ]ana|otra|la vista|ahora)|nos vemos|bye|goodbye|que este (?:muy )?bien|que tenga|feliz (?:dia|tarde|noche)|eso (?:es|era|seria) todo|(?:eso|hasta ahi|asi) (?:es|era|seria|estaria|estamos)(?= *$|[ ,.]+(?:bien|gracias|muchas|mil|dios|muy|señor|no mas))|dios (?:le|lo|la|te|se lo) (?:pague|bendiga)|que dios|bendiciones|cuidese|es todo|seria todo|nada mas|no mas|that's all|that is all|have a (?:good|nice))\b/;
const noMore =
  /^(?:no|nop|no senora?|no señora?|ninguna?|nada|por ahora no|asi esta bien|asi estamos bien|ya no)\b/;
const person =
  /\b(?:(?:hablar|comunic\w+|pas[ae]\w*|contact\w+|atienda|transfier\w+|llam\w+) (?:\w+ ){0,4}(?:persona|humano|asesor[a]?|alguien|agente|gerente|administrador[a]?|dueñ[oa]|duen[oa]|encargad[oa]|jefe|supervisor[a]?|doctor[a]?|veterinari[oa]|operador[a]?)|(?:una persona|un humano|un asesor|una asesora) (?:real|de verdad|por favor)|(?:speak|talk|transfer|connect) (?:\w+ ){0,4}(?:person|human|agent|manager|owner|someone|representative)|real person)\b/;
const wantsSomeone =
  /\b(?:hablar|comunic\w+|pas[ae]\w*) con (?!usted|ustedes|quien)\w+|\b(?:speak|talk) (?:to|with) (?!you)\w+/;
const robot =
  /\b(?:robot|maquina|inteligencia artificial|una ia|chatbot|grabacion|es (?:usted )?una persona|persona real|are you (?:a )?(?:human|real|bot|robot|machine))\b/;
const who =
  /\b(?:con quien hablo|quien habla|quien es usted|como se llama (?:usted|el negocio|la empresa)|de donde (?:me )?(?:llama|hablan)|who (?:am i|is this|are you))\b/;
const greeting =
  /^(?:(?:alo|hola|buen[oa]s?|buenos dias|buenas tardes|buenas noches|muy buenas|que tal|hello|hi|hey|good (?:morning|afternoon|evening)|si|dias|tardes|noches|muy|como esta|como le va|señor(?:ita|a)?|oiga|there|quiubo|quiubole|que mas|que onda|epa|joven|vecin[oa]|amig[oa]|mij[oa]|mijit[oa]|niñ[oa]|doña|don|seño|hermano|parce|amor|reina|linda|corazon)[\s,.!¡]*)+$/;
const howAreYou = /\b(?:como (?:esta|le va|anda|ha estado)|que tal esta|how are you)\b/;
const thanks = /\b(?:gracias|muy amable|thank you|thanks)\b/;
const insult =
  /\b(?:ladron(?:es|a|as)?|rater[oa]s?|estafador(?:es|a)?|estafa|idiotas?|imbecil(?:es)?|estupid[oa]s?|inutil(?:es)?|pendej[oa]s?|mierda|hijue?\w*|hij[oa]s? de\s?put\w*|put[oa]s?|malparid[oa]s?|gonorrea|pirob[oa]s?|culer[oa]s?|cabron(?:es|a)?|bruto|bruta|tarad[oa]s?|que asco|pesim[oa]s?|porqueria|fuck\w*|shit|stupid|idiot|scam\w*|thieves|rip-?off)\b/;
const yes =
  /^(?:si|claro|dale|listo|bueno|ok|okay|de una|por favor|correcto|exacto|asi es|yes|sure|please|yeah)(?:[\s,.!]+(?:si|claro|señor[a]?|por favor|senor[a]?|gracias|dale|please))*[\s.!]*$/;
const understood =
  /^(?:(?:ah|ok|okay|listo|bueno|vale|perfecto|entendido|de acuerdo|excelente|muy bien|great|perfect|got it|i see)[\s,.!]*)+$/;
const filler =
  /^(?:(?:e+h*|e+m+|m+h*m*|a+h+|o+h+|u+h+|um+|este|pues|inaudible|ruido|noise|silencio|music|musica)[\s,.…]*)+$/;

/** Whether the agent's last words asked for a name, a phone, a reason. */
const askedDetails =
  /\b(?:su nombre|a nombre de quien|su telefono|su numero|el motivo|sus datos|your name|your (?:phone|number))\b/;
const askedMore = /algo mas|anything else|que mas|something else/;

const clausesOf = (line: string) =>
  line
    .replace(/^[^:]{0,40}palabras del negocio:|^in the business[’']s words:/iu, '')
    .split(/[,;.]|\s+(?:y|o|u|ni|and|or|nor)\s+/iu)
    .map((clause) => clause.trim())
    .filter((clause) => clause !== '');

const generic = new Set(
  'tenemos tiene somos hacemos ser poner ponga pongan pregunte pregunten hay haya tenga tengan quiera quieran haga hagan hacer necesite necesiten solicite soliciten cliente clientes persona personas llamada llamar pida pidan pide cuando caller callers nunca decir diga digas dar des prometer prometa prometas mencionar hablar hable ofrecer ofrezca confirmar nadie ningun precios precio when someone asks wants says never say promise mention'.split(
    ' ',
  ),
);

/** Whether what was said is what a rule names: most of the rule's words are in it. */
function touches(text: string, lines: readonly string[], share: number): boolean {
  const said = contentWords(withoutCourtesy(text));
  if (said.length === 0) return false;
  return lines.flatMap(clausesOf).some((clause) => {
    const named = contentWords(clause).filter((word) => !generic.has(word.text));
    if (named.length === 0) return false;
    const met = named.filter((word) => said.some((each) => likeness(each.stem, word.stem) >= 0.8));
    return (
      met.length / named.length >= share &&
      (named.length > 1 || met.length === said.filter((word) => !generic.has(word.text)).length)
    );
  });
}

/** A number, an introduction, or words so few that they can only be a name. */
const givesDetails = (folded: string): boolean =>
  /\d{3}|\d \d|\b(?:soy|me llamo|mi nombre|mi numero|my name|i'm|this is|es por|porque)\b/.test(
    folded,
  ) || folded.split(' ').length <= 4;

/** Rules about the agent's own conduct (`Inventar precios…`) are no subjects a caller raises. */
const conduct = /^(?:inventar|pedir|revelar|make up|making up|invent|ask)/iu;

/** What a caller wants with these words, after what the agent said last. */
export function readIntent(text: string, agentSaid: string, profile: Profile): Intent {
  const folded = foldWord(withAskingWords(text)).replace(/\s+/g, ' ').trim();
  const bare = folded.replace(/^[\s.,!¡¿?…[\]()*-]+|[\s.,!¡¿?…[\]()*-]+$/g, '');
  const agent = foldWord(agentSaid);
  if (bare === '' || filler.test(bare)) return 'unclear';
  if (robot.test(folded)) return 'robot';
  if (person.test(folded) || wantsSomeone.test(folded)) return 'person';
  const asks = asksSomething.test(folded);
  if (!asks && insult.test(folded)) return 'insult';
  if (!asks && goodbye.test(folded)) return 'goodbye';
  if (!asks && noMore.test(bare)) {
    // A no to "shall I take your name?" is no goodbye.
    const isLast = askedMore.test(agent) || (thanks.test(folded) && !askedDetails.test(agent));
    return isLast ? 'goodbye' : 'nothing_more';
  }
  if (who.test(folded)) return 'who';
  if (howAreYou.test(folded) && contentWords(withoutCourtesy(text)).length <= 1)
    return 'how_are_you';
  if (greeting.test(bare) && !(yes.test(bare) && agent !== '')) return 'greeting';
  if (understood.test(bare)) return 'thanks';
  if (yes.test(bare)) return askedMore.test(agent) ? 'more' : 'yes';
  if (
    touches(
      text,
      profile.neverSay.filter((line) => !conduct.test(line)),
      0.7,
    )
  )
    return 'forbidden';
  // "¿Dan garantía?" asks about what the rule is for ("reclamos de garantía"), it is not the case itself.
  const asksAbout =
    asks &&
    /\b(?:cuant|tienen?|hay|dan|ofrecen|cobran|que es|how much|do you|is there)/.test(folded);
  if (!asksAbout && touches(text, profile.handoff, 0.75)) return 'person';
  const onlyThanks = thanks.test(folded) && contentWords(withoutCourtesy(text)).length === 0;
  if (!asks && !onlyThanks && askedDetails.test(agent) && givesDetails(folded)) return 'details';
  if (!asks && thanks.test(folded) && contentWords(withoutCourtesy(text)).length <= 1)
    return 'thanks';
  if (contentWords(withoutCourtesy(text)).length === 0 && !asks) return 'unclear';
  return 'question';
}
