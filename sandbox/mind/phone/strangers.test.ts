import { describe, expect, test } from 'vitest';
import { createCall, opening } from './call.fixture.ts';

type Talk = readonly (readonly [line: string, must: RegExp, mustNot?: RegExp])[];

function expectTalk(prompt: string, document: string, talk: Talk): void {
  const call = createCall(prompt, [document]);
  for (const [line, must, mustNot = /[*#|`_$]/] of talk) {
    const { text } = call(line);
    expect(`${line} → ${text}`).toMatch(must);
    expect(`${line} → ${text}`).not.toMatch(mustNot);
  }
}

describe('the right price of the right thing', () => {
  test('of the column that is asked for, and of the same column when the thing changes', () => {
    const document =
      'Reparación | iPhone 12 | iPhone 13 | Samsung S21\n' +
      'Cambio de pantalla | MXN 2,450 | MXN 2,890 | MXN 3,100\n' +
      'Cambio de batería | MXN 890 | MXN 990 | MXN 850\n' +
      'Centro de carga | MXN 650 | - | MXN 600';
    expectTalk(opening('MóvilFix'), document, [
      ['¿Cuánto cuesta cambiar la pantalla de un iPhone 13?', /2\.890 pesos/, /2\.450|3\.100/],
      ['¿y la batería?', /\b990 pesos/, /890|850/],
      ['¿y del Samsung?', /batería.* 850 pesos/, /990|600/],
      ['¿el puerto de carga del iphone 12?', /650 pesos/, /600/],
    ]);
  });

  test('of the size that is asked for, where a letter stands for it', () => {
    const document =
      'PIZZAS | P | M | G\nHawaiana | 24.000 | 36.000 | 49.000\nPepperoni | 25.000 | 38.000 | 52.000\nBEBIDAS\nGaseosa 5.000';
    expectTalk(opening('Don Vito'), document, [
      ['cuanto vale la hawaiana mediana', /36\.000 pesos/, /24\.000|49\.000/],
      ['¿y la grande?', /49\.000 pesos/, /52\.000/],
      ['deme dos de pepperoni grandes, ¿cuánto sería?', /52\.000 pesos.*104\.000 pesos/, /49\.000/],
    ]);
  });

  test('from a price list with codes and units', () => {
    const document =
      'CÓDIGO | DESCRIPCIÓN | UND | VALOR\nF-1001 | CEMENTO GRIS X 50 KG | BULTO | 34.500\n' +
      'F-1002 | CEMENTO BLANCO X 20 KG | BULTO | 41.000\nF-4001 | TUBO PVC 1/2" X 6 M | UND | 14.200\n' +
      'F-4002 | TUBO PVC 3/4" X 6 M | UND | 19.700\nF-5002 | CABLE #12 X METRO | MTR | 3.200';
    expectTalk(opening('El Tornillo'), document, [
      ['¿tiene cemento gris?', /34\.500 pesos/, /41\.000/],
      ['¿y el blanco?', /41\.000 pesos/, /34\.500/],
      ['necesito tubo de media, ¿cuánto vale?', /14\.200 pesos/, /19\.700|41\.000/],
      ['¿y el de tres cuartos?', /19\.700 pesos/, /14\.200/],
      ['¿cuánto vale el cable?', /3\.200 pesos/],
      ['¿cuánto vale una carretilla?', /no lo tengo/, /\d\.\d{3}/],
    ]);
  });

  test('where the subject stands in the clause before the question', () => {
    const document = 'TACOS\nPastor 22\nSuadero 24\nLengua 35';
    expectTalk(opening('El Compadre'), document, [
      ['¿a cómo los de pastor?', /22 pesos/],
      ['¿y los de lengua?', /35 pesos/, /22/],
      ['deme cinco de suadero, ¿cuánto sería?', /24 pesos.*120 pesos/, /35/],
    ]);
  });

  test('with commas for thousands, with cents, in ranges, behind a stroke', () => {
    const document =
      'Swedish massage — $180,000\nHot stones — $240,000\nCouples package — $390,000\n' +
      'Limpieza dental: $ 120.000,00\nExtracción simple: 110.000 - 180.000\nCapuchino 8.500 / grande 10.500\nCausa limeña S/ 28.00';
    expectTalk(opening('Brisa'), document, [
      ['How much is the couples package?', /390,000/],
      ['And the hot stones massage?', /240,000/, /180/],
      ['¿cuánto vale la limpieza?', /120\.000 pesos/, / 00/],
      ['¿y la extracción?', /entre 110\.000 y 180\.000 pesos/, /entre entre/],
      ['¿el capuchino grande?', /10\.500 pesos/, /8\.500/],
      ['¿cuánto la causa limeña?', /28 soles/],
    ]);
  });

  test('from the list, where the owner named the thing without a price', () => {
    const prompt = `${opening('Clínica Sonrisa')}\n\n# Servicios y precios\n- Limpieza: precio no indicado\n- Blanqueamiento: precio no indicado`;
    expectTalk(prompt, 'Limpieza con ultrasonido: $120.000\nBlanqueamiento LED: $450.000', [
      ['¿cuánto cuesta una limpieza?', /120\.000 pesos/],
      ['¿y el blanqueamiento?', /450\.000 pesos/],
    ]);
  });

  test('of what was talked about rather than of what is called so', () => {
    const document =
      'SERVICIO | MOTO | AUTO\nCambio de aceite | $45.000 | $120.000\nAlineación | - | $50.000\nBalanceo (por llanta) | $12.000 | $15.000\n\nLavado general: auto 25.000, moto 15.000\nDomicilio: Norte $10.000, Chía $20.000.';
    expectTalk(opening('Rueda Libre'), document, [
      ['¿cuánto vale el cambio de aceite para moto?', /45\.000 pesos/, /120\.000/],
      ['¿y para carro?', /120\.000 pesos/, /25\.000/],
      ['¿a cómo la lavada de la moto?', /lavado general, moto, vale 15\.000 pesos/],
      ['¿cuánto cobran por llevarlo a Chía?', /domicilio, Chía, vale 20\.000 pesos/],
    ]);
  });

  test('from a catalogue of name, description and price on lines of their own', () => {
    const document =
      'Catálogo Muebles Roble\nComedor Toscana 6 puestos\nMadera de roble, tapizado en lino\nPrecio: $ 3.890.000\nSofá Milán 3 puestos\nTela antifluido, 210 cm\nPrecio: $ 2.450.000';
    expectTalk(opening('Roble'), document, [
      ['¿Cuánto cuesta el comedor de seis puestos?', /comedor Toscana.*3\.890\.000/],
      ['¿de qué material es?', /roble/],
      ['¿el sofá cuánto vale?', /sofá Milán.*2\.450\.000/, /3\.890/],
    ]);
  });

  test('a question for the prices at large gets some of them', () => {
    expectTalk(opening('Titan'), 'Plan básico $89.900\nPlan plus $119.900', [
      ['Hola, quería saber los precios', /89\.900 pesos.*119\.900 pesos/],
    ]);
  });
});

describe('what else callers say', () => {
  const prompt = `${opening('Huellitas')}

# Horario
- lunes a viernes: 8:00 a. m. a 6:00 p. m.
- En palabras del negocio: Check-in 3pm, check-out 11am

# Datos del negocio
- Donde: Transversal 32 Sur # 31-20, Envigado.
- Mascotas: no se admiten

# Cuándo pasar a una persona
- solo garantías, con el ingeniero Robles`;
  const document =
    'Garantía de 90 días en todo.\nCalentado paisa 23.000\nFríjoles, arroz, carne molida y huevo\nTostadas 21.000\nCon frutos rojos';

  test('what a thing comes with, and where the business is', () => {
    expectTalk(prompt, document, [
      ['¿Cuánto vale el calentado?', /23\.000 pesos/],
      ['¿Qué trae?', /fríjoles, arroz/],
      ['¿y las tostadas?', /frutos rojos/],
      ['¿Dónde quedan?', /Transversal 32/, /Huellitas/],
      ['¿dan garantía?', /90 días/],
      ['¿a qué hora es el check-out?', /11/],
      ['¿puedo llevar a mi perro?', /no se admiten/],
    ]);
  });

  test('an insult is met with an apology, a goodbye of any kind ends the call', () => {
    const call = createCall(prompt, [document]);
    expect(call('ustedes son unos ladrones').text).toMatch(/Lamento/);
    for (const line of [
      'lo pienso y llamo luego',
      'listo hermano, mañana paso',
      'eso sería, Dios le pague',
      'vale chao pues',
      'listo, eso era todo',
    ]) {
      expect([line, createCall(prompt, [document])(line).ended]).toEqual([line, true]);
    }
  });
});
