import { phrases } from './phrases.ts';

/** How people all over Latin America show that they listen. */
export const backchannels = phrases(`
  ajá, ahá, aja aja, ajam, ajám, ajap, mm, mmm, mmmm, mhm, mjm, mju, mjú, hm, hmm, hum, ujum, ujú, uhum, umju, mm hm, m hm, uh huh,
  ah, oh, uy, uf, wow, guau, ay, aah, ahh, ohh, ah ya, ya, ya ya, ah bueno, sí, sii, siii, seh, sip, sep,
  sí señora, sí señor, sí señorita, sí claro, claro, claro que sí, clarísimo, cómo no, por supuesto, desde luego,
  listo, listos, listón, listico, ok, okey, okay, okei, oki, okis, oka, vale, bueno, bien, muy bien, está bien, tá bien, ta bien,
  qué bien, qué bueno, tan bien, perfecto, excelente, exacto, exactamente, correcto, cierto, efectivamente, así es, eso es, eso,
  tal cual, obvio, obviamente, entiendo, entendido, comprendo, ya veo, ya entiendo, de acuerdo, comprendido, enterado, enterada,
  dale, dale pues, dele, hágale, hágale pues, de una, ándale, ándele, órale, sale, sale y vale, va, va que va, vaya, vaya pues,
  va pues, arre, simón, sobres, cabal, pura vida, tuanis, con gusto, diay, de ley, sí va, fino, chévere, qué chévere, bacano,
  bacán, qué bacano, súper, genial, buenísimo, bárbaro, joya, de diez, espectacular, lindo, qué lindo, buenazo, qué padre, padre,
  órale pues, sí pues, ya pues, sí po, ya po, claro po, ya pe, sí pe, ta, tá, ta to, tá to, mirá, mirá vos, mira tú, mire pues,
  ah mirá, mira, fíjate, fíjese, híjole, no manches, no me diga, no me digas, en serio, de verdad, no te creo, increíble, caray,
  siga, sígame diciendo, continúe, prosiga, adelante, dígame, dime, cuénteme, lo escucho, la escucho, te escucho, le escucho,
  lo oigo, la oigo, aquí estoy, acá estoy, aquí sigo, gracias, muchas gracias, mil gracias, te agradezco, le agradezco, amén,
  gracias a dios, bendito, menos mal, qué maravilla, maravilloso, me parece, me parece bien, me parece perfecto, está perfecto,
  anotado, anoto, voy anotando, estoy anotando, apunto, tomo nota, sin problema, no hay problema, tranquilo, tranquila
`);

/** Beside a backchannel they change nothing. */
export const companions = phrases(`
  señor, señora, señorita, seño, doctor, doctora, don, doña, joven, amigo, amiga, mi amor, mi reina, mi vida, sumercé, su merced,
  vecina, vecino, veci, jefe, compa, compadre, mano, manito, parce, hermano, pana, che, wey, güey, caserita, casera, mijo, mija,
  pues, por favor, porfa, porfis, po, pos, pe, poh, entonces, también, muy, todo, usted, muy amable, qué, tan
`);

/** They take the floor. */
export const interruptions = phrases(`
  espere, espera, espéreme, espérame, espérate, espérese, espéreme tantito, pérame, pere, aguarde, aguarda, aguante, aguántame,
  un momento, un momentico, un momentito, momento, momentico, momentito, un segundo, un segundito, un minuto, un minutico, un ratito,
  permítame, permiso, ya va, pare, para, pará, párele, parale, deténgase, alto, stop, frene, basta, cállese, cállate, silencio,
  no, noo, no no, no no no, cancélelo, cancélela, cámbielo, cámbiela, quítelo, quítela, mándelo, mándemelo, mándemela, envíelo, envíemelo, bórrelo, corríjalo, corrija, nop, ya no, así no, claro que no, eso no, ahí no, pero, es que, perdón, perdone, perdona, disculpe, disculpa,
  qué pena, oiga, oye, óigame, escuche, escúcheme, mire, vea, un favor, una pregunta, una cosa, una duda, una preguntica,
  aló, hola, sigue ahí, me escucha, me oye, no escucho, no le escucho, no le oigo, no entiendo, no entendí, cómo así, cómo dijo,
  mande, repita, repítame, me repite, más despacio, más lento, otra vez, de nuevo, cuánto, cuánta, cuántos, cuántas,
  cuál, cuáles, dónde, cuándo, quién, por qué, para qué, qué es, qué fue, qué pasa, qué hace, qué cosa, cómo es, cómo se, cómo hago,
  quiero, quisiera, necesito, prefiero, mejor, déjeme, déjame, deje, cancele, cancelar, cámbieme, cambie, quite, quíteme, póngame,
  agregue, deme, dame, páseme, comuníqueme, comunícame, un asesor, una persona, un humano, chao, chau, adiós, hasta luego, bye,
  tengo, puedo, puede, puedes, podría, me equivoqué, está mal, está equivocado, está equivocada, equivocado, incorrecto, falso, mentira, tampoco,
  nunca, todavía no, aún no, olvídelo, olvídalo, déjelo así, déjelo, ya entendí, ya sé, ya le dije, ya te dije
`);

/** They take the floor as a question: whoever asks "¿bueno?" or "¿cómo?" wants an answer. */
export const askedInterruptions = phrases('bueno, qué, cómo, cuál, usted, y, entonces');

/** Sounds of thinking. */
export const fillers = phrases(`
  eh, ehh, ehhh, eeh, eee, em, ehm, emm, um, umm, uhm, uh, er, mm, mmm, mmmm, hm, hmm, ah eh, ahh, aah, mmmmm, ehmm
`);
