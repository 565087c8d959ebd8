import { chromium, type Browser } from 'playwright-core';
import { findTestBrowser } from './browser.ts';

/** Starts the browser that findTestBrowser finds. */
export async function launchBrowser(): Promise<Browser> {
  const { executablePath, args, env } = await findTestBrowser();
  return chromium.launch({ executablePath, args, env });
}
