import { expect, test } from 'vitest';
import { startPlatform } from './platform.ts';
import { productionSettings, vendorSettings } from './vendors.ts';

test('what doctor says to set is what the server asks for in production', async () => {
  const failure = startPlatform({ env: { ALO_ENV: 'production' } });
  await expect(failure).rejects.toMatchObject({ code: 'configuration' });
  const said = await failure.catch((error: { text: { en: string } }) => error.text.en);
  const asked = [...String(said).matchAll(/^ {2}- (\w+) is missing/gm)].map((match) => match[1]);
  expect(asked.toSorted()).toEqual(
    [...Object.values(vendorSettings).flat(), ...productionSettings].toSorted(),
  );
});
