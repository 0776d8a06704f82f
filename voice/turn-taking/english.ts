import type { Lexicon, NumberWords } from './lexicon.ts';
import { phrases } from './phrases.ts';

const count = (words: string, from: number, step = 1) =>
  new Map(words.split(' ').map((word, i): [string, number] => [word, from + i * step]));

const numbers: NumberWords = {
  units: new Map([
    ...count('zero one two three four five six seven eight nine', 0),
    ['oh', 0],
    ['o', 0],
  ]),
  teens: count(
    'ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen',
    10,
  ),
  tens: count('twenty thirty forty fifty sixty seventy eighty ninety', 20, 10),
  hundreds: new Map(),
  thousand: new Set(['thousand']),
  million: new Set(['million']),
  and: '',
  repeats: new Map([
    ['double', 2],
    ['triple', 3],
  ]),
};

/** English as callers speak it. */
export const english: Lexicon = {
  numbers,
  backchannels: phrases(`
    uh huh, mm hm, mhm, mm, mmm, hmm, hm, aha, ah, oh, ooh, wow, yes, yeah, yep, yup, ya, yes yes, yes ma'am, yes sir, right, all right, alright, ok, okay, sure, of course,
    i see, got it, gotcha, i got it, i understand, understood, makes sense, that makes sense, exactly, correct, true, absolutely, definitely, great, perfect, good, very good, sounds good, nice, cool, awesome, fine, that's fine,
    that's right, that's great, that's good, go on, go ahead, carry on, continue, please continue, i'm listening, i'm here, still here, thanks, thank you, thank you so much, thanks so much, no problem, no worries, no way, really, oh really, interesting, for sure, fair enough, you bet, wonderful, excellent, lovely, amazing, indeed, totally
  `),
  companions: phrases("ma'am, sir, miss, dear, man, then, so, very much, well, buddy"),
  interruptions: phrases(`
    wait, wait a minute, wait a second, hold on, hang on, one moment, one second, just a moment, just a second, a moment, stop, no, no no, nope, not, but, actually, sorry, excuse me, pardon, hello, hi, are you there, can you hear me, i can't hear you,
    what, what's, where, when, who, why, how, how much, which, i want, i need, i'd like, i would, i don't, i didn't, can i, can you, could you, could i, let me, never mind, cancel, change, that's wrong, that's not, wrong, say that again, repeat, repeat that, slower, slow down, speak to, talk to, a human, an agent, bye, goodbye, shut up, enough, listen, look, a question, one question, quick question, is there, do you, does it, is it, i already, too, instead, it's not, hey
  `),
  askedInterruptions: phrases('so, and, pardon, you'),
  fillers: phrases('uh, uhh, um, umm, uhm, er, erm, hmm, hm, mm, mmm, ah, eh'),
  doubtfulFillers: phrases('like, you know, well, so, i mean, let me see'),
  searching: phrases(`
    let me see, let me check, let me think, let me look, let me look it up, let me find it, let me find that, let me get it, let me grab it, let me pull it up, lemme see, lemme check, hold on, hang on, one second, one moment, just a second, just a moment, give me a second, give me a moment, give me a minute, wait, wait a second, bear with me, i'm looking, i'm looking for it, i have it here, it's here somewhere, what was it, what's it called, how do you say, how do i say, what do you call it, where is it, let's see, just a sec, one sec, hold on a second, hang on a second, hold on a minute, a second
  `),
  dangling: phrases(`
    and, or, but, nor, because, that, which, if, when, while, although, though, unless, since, so that, the, a, an, my, your, his, her, our, their, its, of, to, in, on, at, for, with, without, from, by, about, into, between, through, than, as, like, very, i, we, they, he, she, i'm, i'd, i'll, i've, we're, it's, that's, is, are, was, were, am, be, can, could, would, should, will, do, does, did, have, has, i want, i need, i'd like, want to, need to, going to, wanna, gonna, some, any, this, these, those, also, maybe, every, each, name's, number's, the number is
  `),
  closed: phrases(`
    calling from, yes i am, i am, yes it is, it is, they are, we are, that is, yes i do, i do, i did, we did, they do, yes i can, i can, you can, i would, i will, i have, i was, it was, where is it, that is it, is that, do that, what for, who with, where to, where from, i like that, like this, like that, that, this, these, those, come in, log in, sign in, check in, what about, how about, yes please, so do i, me too, i think so, how much is that, is it, what time is it, how are you, what it is, any, some, the one i want, that i want, what i want, i know i am, hold on, go on, carry on, come on
  `),
  openings: phrases(
    'hi there, listen, look, i was, i was wondering, excuse me, a question, i, my name, my number, my address, my email, my phone number',
  ),
  fields: [
    {
      field: 'phone',
      names: phrases(
        'phone, phone number, telephone, cell, cell phone, mobile, mobile number, contact number, callback number, number to reach you',
      ),
    },
    {
      field: 'id',
      names: phrases(
        'id, id number, passport, license, social, social security, social security number, license number',
      ),
    },
    { field: 'taxId', names: phrases('tax id, ein, tax number') },
    { field: 'email', names: phrases('email, e mail, email address') },
    { field: 'address', names: phrases('address, street address, where do you live') },
    { field: 'card', names: phrases('card, card number, credit card, debit card') },
    { field: 'code', names: phrases('code, pin, verification code') },
    {
      field: 'order',
      names: phrases(
        'order, order number, account number, account, tracking number, reference, reference number, confirmation number, policy number, invoice, reservation, booking, invoice number',
      ),
    },
    { field: 'plate', names: phrases('plate, license plate, plate number') },
    {
      field: 'birthDate',
      names: phrases('date of birth, birth date, birthday, birthdate, expiration date'),
    },
    { field: 'date', names: phrases('date, what day, which day') },
    { field: 'fullName', names: phrases('full name, first and last name') },
    { field: 'spelling', names: phrases('spell, spell it, spell that, spelling, spelled') },
  ],
  requests: phrases(
    "can i have, can i get, may i have, could i have, could i get, could you, can you, what is, what's, what are, give me, tell me, please, i need, i'll need, may i, how do you, where, which, when, let me have",
  ),
  confirmations: phrases(
    'is that correct, is that right, correct, right, are you sure, is this, still your',
  ),
  yesNoQuestions: phrases(
    'is it, do you have, do you want, would you like, did you, shall i, should i',
  ),
  openQuestions: phrases("what, what's, which, where, when, how do you spell"),
  preludes: phrases(
    "yes, yeah, yep, sure, of course, ok, okay, alright, all right, it's, it is, that's, that is, my, so, well, right, here, here it is, here you go, ready, are you ready, go ahead, absolutely, no problem, please, ma'am, sir, the number is, it would be",
  ),
  refusals: phrases(
    "no, don't, not, why, what, how, i'd rather, already, can't, cannot, i want, i need, same, prefer, can i, can you",
  ),
  joints: phrases(
    'at, dot, dash, hyphen, underscore, period, slash, double, triple, hash, number, pound, point, space, plus, apartment, unit',
  ),
  betweenDigits: phrases('and, dash, hyphen, space, then, and then, area code'),
  letters: phrases('b, c, d, e, f, g, h, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z'),
  doubtfulLetters: phrases('a, i'),
  letterOf: 'as',
  at: new Set(['@', 'at']),
  dot: new Set(['dot', 'point']),
  dash: new Set(['dash', 'hyphen']),
  lookups: phrases(
    'let me check, let me look, let me find, let me see, let me grab, let me get, let me pull, lemme check, hold on let, hang on let, one second let',
  ),
  announcements: phrases('write down, take down, here is, ready'),
  topLevels: new Set('com net org edu gov co uk us ca mx io info biz dev app au'.split(' ')),
  streets: phrases(''),
  houseNumber: phrases('number, #'),
  addressParts: phrases('apartment, apt, unit, suite, floor, building, zip code, zip'),
  ordinals: phrases('first, second, third, fourth, fifth, sixth, seventh, eighth, ninth, tenth'),
  quarters: phrases('north, south, east, west'),
  crossing: 'and',
  determiners: new Set(['my', 'your', 'the', 'our', 'this']),
  letterWith: 'with',
  months: phrases(
    'january, february, march, april, may, june, july, august, september, october, november, december',
  ),
  digitWord: phrases('digits, numbers'),
};
