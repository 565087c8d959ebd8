/**
 * `pnpm provider:check [model]`: one real job of every provider with a key in the configuration, which costs what the
 * provider asks for it, or of the one that has the model. Without a key it says so and ends well.
 */
import sharp from 'sharp';
import { loadConfig } from '../src/config.ts';
import { checkProvider } from '../src/generations/provider-check.ts';
import { openConfiguredFetcher } from '../src/platform/fetch/index.ts';
import { outsideProviders } from '../src/providers/index.ts';
import { maxPixels } from '../src/uploads/index.ts';

const model = process.argv[2];
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const sea = `<svg xmlns="http://www.w3.org/2000/svg" width="1280" height="720">
  <rect width="1280" height="400" fill="#9cc9ea"/><rect y="400" width="1280" height="320" fill="#2b6a8f"/>
  <circle cx="960" cy="180" r="70" fill="#fff3c4"/><path d="M0 460q160-30 320 0t320 0 320 0 320 0v60H0z" fill="#357fa6"/></svg>`;

const config = loadConfig(process.env);
const providers = outsideProviders(config, { maxBytes: config.uploadMaxBytes, maxPixels }).filter(
  ({ id }) => model === undefined || model.startsWith(`${id}/`),
);
if (providers.length === 0) {
  say(
    model === undefined
      ? 'There is nothing to check: neither IMGVID_KIE_KEY nor IMGVID_REPLICATE_TOKEN is set.'
      : `There is nothing to check: no key is set of the provider that has ${model}.`,
  );
} else {
  const fetcher = openConfiguredFetcher(config);
  const photo = await sharp(Buffer.from(sea)).jpeg({ quality: 90 }).toBuffer();
  for (const provider of providers) {
    const works = await checkProvider({
      provider,
      fetcher,
      photo,
      model,
      maxBytes: config.resultMaxBytes,
      say,
    });
    if (!works) process.exitCode = 1;
  }
  await fetcher.close();
}
