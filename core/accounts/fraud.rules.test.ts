import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../kernel/index.ts';
import { canonicalAddress, isDisposableAddress, refuseDisposable } from './fraud.rules.ts';

describe('throw-away mailboxes', () => {
  it.each([
    'a@mailinator.com',
    'a@MAILINATOR.com',
    'a@mailinator.com.',
    'a@x.y.mailinator.com',
    'a@b@yopmail.com',
  ])('are known: %s', (email) => {
    expect(isDisposableAddress(email)).toBe(true);
  });

  it.each([
    'ana@gmail.com',
    'ana@panaderia.co',
    'ana@panmailinator.com',
    'mailinator.com@gmail.com',
    'ana@com',
    '',
  ])('are not: %s', (email) => {
    expect(isDisposableAddress(email)).toBe(false);
  });

  it('are refused by the field’s name', () => {
    expect(() => refuseDisposable('ana@gmail.com')).not.toThrow();
    const refused = (() => {
      try {
        refuseDisposable('a@mailinator.com');
      } catch (error) {
        return error;
      }
    })();
    expect(refused).toBeInstanceOf(AppError);
    expect(refused).toMatchObject({
      code: 'validation_failed',
      param: 'email',
      errors: [{ pointer: '/email', code: 'disposable_email' }],
    });
  });
});

describe('the mailbox behind an address', () => {
  it.each([
    ['ana.ruiz@gmail.com', 'anaruiz@gmail.com'],
    ['A.N.A.ruiz+promo@GoogleMail.com', 'anaruiz@gmail.com'],
    ['anaruiz+a+b@gmail.com.', 'anaruiz@gmail.com'],
    [' ana+alo@panaderia.co ', 'ana@panaderia.co'],
    ['ana.ruiz@panaderia.co', 'ana.ruiz@panaderia.co'],
    ['+tag@panaderia.co', '+tag@panaderia.co'],
  ])('of %s is %s', (email, mailbox) => {
    expect(canonicalAddress(email)).toBe(mailbox);
  });

  it('is its own mailbox', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (email) => {
        const mailbox = canonicalAddress(email);
        expect(canonicalAddress(mailbox)).toBe(mailbox);
      }),
    );
  });
});
