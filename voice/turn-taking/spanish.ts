import type { Lexicon } from './lexicon.ts';
import { phrases } from './phrases.ts';
import * as listening from './spanish-listening.ts';
import * as dictating from './spanish-dictating.ts';

const combined = (...parts: readonly (readonly string[])[]): string[] =>
  parts.reduce<string[]>(
    (heads, tails) => heads.flatMap((head) => tails.map((tail) => `${head} ${tail}`.trim())),
    [''],
  );

/** "Déjeme le pregunto", "espéreme reviso", "permítame buscarlo": they go and look. */
const lookups = phrases(
  [
    ...combined(
      [
        'déjeme',
        'déjame',
        'dejame que',
        'deje',
        'espéreme',
        'espérame',
        'espere',
        'espera',
        'permítame',
        'permíteme',
      ],
      ['', 'le', 'lo', 'la', 'me', 'te'],
      'busco buscar reviso revisar revisarlo miro mirar veo ver checo checar consulto consultar confirmo confirmar verifico verificar pregunto preguntar llamo pienso pensar saco traigo buscarlo buscarla fijo fijarme acuerdo acordarme anoto'.split(
        ' ',
      ),
    ),
    ...combined(
      ['un momento', 'un momentico', 'un momentito', 'un segundo', 'un segundito', 'un minuto'],
      ['que', 'lo', 'la', 'ya lo', 'ya la', 'busco', 'reviso', 'miro'],
    ),
    'ya se la doy, ya se lo doy, ya se lo digo, ya se la digo, ya le doy el dato, voy por mi, voy a buscar, voy a mirar, voy a revisar, voy a preguntar',
  ].join(','),
);

/** Spanish as it is spoken on the phones of Latin America. Lists are without accents in effect: words are folded. */
export const spanish: Lexicon = {
  ...listening,
  ...dictating,
  doubtfulFillers: phrases('este, esto, pues, bueno, entonces, digamos, o sea, como, a ver'),
  searching: phrases(`
    déjeme ver, déjame ver, déjeme reviso, déjeme revisar, déjeme miro, déjeme mirar, déjeme buscar, déjeme busco,
    déjeme pensar, déjame pensar, déjeme me fijo, déjeme checar, déjame checar, déjame checo, déjeme checo,
    déjame buscarlo, déjeme buscarlo, déjame revisar, déjame reviso, déjame fijarme, dejame que me fije,
    deje veo, deje ver, deje checo, deje busco, deje reviso, deje lo busco, deje la busco, deje le digo,
    espéreme le digo, espéreme y le digo, espérame te digo, espere le digo, espere busco, espere reviso, espere miro,
    espere lo busco, espere la busco, espéreme busco, espéreme miro, espéreme reviso, espéreme tantito, espéreme,
    espérame, espérate, espere, espérese, espera, aguárdeme, aguante, aguántame, aguárdame, aguarde,
    ya le digo, ya te digo, ahora le digo, ahorita le digo, le digo, ya le confirmo, ya lo busco, ya la busco, ya busco,
    ya miro, ya reviso, ya va, un momento, un momentico, un momentito, momentico, momentito, un segundo, un segundito,
    deme un segundo, deme un momento, deme un segundito, dame un segundo, dame un momento, dame un segundito,
    dame un toque, un toque, un ratito, un minuto, un minutito, deme un minuto, regáleme un segundo, regáleme un momento,
    permítame, permítame un momento, permítame un segundo, permítame busco, permítame reviso, me permite un momento,
    la estoy buscando, lo estoy buscando, estoy buscando, la busco, lo busco, lo estoy mirando, estoy mirando,
    cómo es que es, cómo es que se llama, cómo se llama esto, cómo se dice, cómo le digo, cómo le explico, cómo era,
    cuál era, cuál es que es, cómo es, qué será, vamos a ver, a ver, veamos, a ver le digo, a ver si me acuerdo,
    no me acuerdo bien, se me olvidó, se me fue, lo tengo por aquí, lo tengo por acá, por aquí lo tengo,
    la tengo por aquí, aquí la tengo, aquí lo tengo, por aquí la tengo, déjeme acordarme, qué le digo, que te digo
  `),
  lookups,
  dangling: phrases(`
    y, e, o, ni, pero, sino, que, aunque, porque, pues que, como que, es que, lo que, los que, las que, el que, la que,
    de, del, a, al, en, con, por, para, sin, sobre, hasta, desde, entre, hacia, según, contra, tras, durante, mediante,
    un, una, unos, unas, el, la, los, las, mi, mis, su, sus, tu, tus, nuestro, nuestra, nuestros, nuestras,
    este de, esta de, cada, algún, ningún, cualquier, cuyo, cuya, muy, tan, me, se, le, les, nos, te, lo,
    que yo, y yo, pero yo, porque yo, que usted, y usted, necesito es, quiero es, busco es, pasa es, pero no, saber si tienen, saber si hay, saber si venden, saber si puedo, saber si pueden, si me pueden, si me puede, si ustedes, porque si, pero si, saber si, ver si, preguntar si, confirmar si, y si, averiguar si, decirme si, sé si, consultar si,
    cuando, donde, mientras, además, o sea, entonces, es decir, por ejemplo, como, hay que, tengo que, voy a, va a,
    quiero que, necesito que, se llama, me llamo, soy, yo soy, nombre es, número es, cédula es, correo es, celular es,
    teléfono es, dirección es, documento es, problema es, pregunta es, placa es, código es, pedido es, cuestión es,
    asunto es, caso es, la cosa es, me gustaría, quisiera, quería, necesitaría, estoy, vivo, el número, número de,
    mejor, serían, sería, aparte, también
  `),
  closed: phrases(`
    para que, por que, de que, con que, en que, a que, y que, y como, y donde, y cuando, y quien, como no,
    no se, yo no se, me lo se, me la se, lo se, la se, si tengo, si quiero, si necesito, si deseo, si hay, si está, si es, si son, no tengo, no quiero, no necesito, no hay, no es, no son, no está, y usted, si se, ya se, ya lo se, no lo se, eso si, ahora si, claro que si, creo que si, yo si, que si,
    yo tambien, tambien, a mi tambien, asi mejor, mucho mejor, mejor, esta mejor, así estoy, bien y tu, y usted,
    desde cuando, hasta cuando, para cuando, desde donde, de donde, a donde, por donde, hacia donde, en donde,
    con quien, no quisiera, si quisiera, asi como, nada mas que, no me gustaria, si me gustaria, ya estoy, aqui estoy,
    alla vivo, aqui vivo, donde vivo, ahi vivo, solo vivo, como le, asi es, eso es, como se llama, quien es, yo soy,
    si soy, aparte, eso es aparte, el mismo soy yo, que tal, la a, la e, la o
  `),
  openings: phrases(`
    quiero, yo quiero, necesito, yo necesito, deseo, tengo, yo tengo, tenía, hay, es, son, era, está, están, fue,
    mi nombre, mi número, mi cédula, mi correo, mi celular, mi teléfono, mi dirección, mi documento, la dirección,
    mire, oiga, oye, vea, mira, señorita, joven, disculpe, una pregunta, una cosa, una consulta, lo siguiente,
    buenas quiero, hola quiero, buenos días quiero, quería saber, quisiera saber, quiero saber, quería preguntar,
    quería preguntarle, quisiera preguntarle, le quería preguntar, lo que pasa, lo que pasa es, resulta, fíjese,
    pasa es, el caso, le cuento, le explico, yo, ella, él, nosotros, quiero pedir, quiero ordenar, quiero comprar,
    quisiera pedir, para pedir, para ordenar, quiero agendar, necesito agendar, deme, póngame, me da, me regala, regáleme,
    mándeme, agrégueme, anóteme, quiero hablar, necesito hablar
  `),
};
