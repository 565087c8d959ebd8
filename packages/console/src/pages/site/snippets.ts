/** Kinds of sites, and the lines that put the widget onto each. */
export interface Snippet {
  kind: string;
  label: string;
  steps: readonly { text: string; code: string; language: string }[];
}

/** @param server Origin of this server. @param key Publishable key, or what stands in for it. */
export function snippets(server: string, key: string): readonly Snippet[] {
  const script = `<script async src="${server}/embed/v1/imgvid.js"></script>`;
  const element = `<imgvid-generator key="${key}"></imgvid-generator>`;
  return [
    {
      kind: 'html',
      label: 'HTML',
      steps: [
        { text: 'Paste this where the widget is to stand.', code: `${script}\n${element}`, language: 'html' },
      ],
    },
    {
      kind: 'wordpress',
      label: 'WordPress',
      steps: [
        {
          text: 'In the editor add a block “Custom HTML” and paste this into it. (On sites that filter scripts, add the first line to the theme’s footer with a plugin for header and footer code.)',
          code: `${script}\n${element}`,
          language: 'html',
        },
      ],
    },
    {
      kind: 'shopify',
      label: 'Shopify theme',
      steps: [
        {
          text: 'Online Store → Themes → Edit code: make a section “imgvid.liquid” with this. Then add it to a template in the theme editor. Allow the origin of your shop’s own domain, and of its myshopify.com address for the preview.',
          code: [
            script,
            element,
            '{% schema %}',
            '{ "name": "ImgVid", "presets": [{ "name": "ImgVid" }] }',
            '{% endschema %}',
          ].join('\n'),
          language: 'liquid',
        },
      ],
    },
    {
      kind: 'react',
      label: 'React',
      steps: [
        {
          text: 'React keeps the name “key” for itself, so the attribute is called site-key.',
          code: [
            "import { useEffect } from 'react';",
            '',
            'export function VideoMaker() {',
            '  useEffect(() => {',
            `    const source = '${server}/embed/v1/imgvid.js';`,
            '    if (document.querySelector(`script[src="${source}"]`)) return;',
            "    const script = document.createElement('script');",
            '    script.src = source;',
            '    document.head.append(script);',
            '  }, []);',
            `  return <imgvid-generator site-key="${key}" />;`,
            '}',
          ].join('\n'),
          language: 'jsx',
        },
        {
          text: 'With TypeScript, tell it about the element once.',
          code: [
            "import type { DetailedHTMLProps, HTMLAttributes } from 'react';",
            '',
            "declare module 'react' {",
            '  namespace JSX {',
            '    interface IntrinsicElements {',
            "      'imgvid-generator': DetailedHTMLProps<HTMLAttributes<HTMLElement>, HTMLElement> & {",
            "        'site-key': string;",
            '      };',
            '    }',
            '  }',
            '}',
          ].join('\n'),
          language: 'ts',
        },
      ],
    },
    {
      kind: 'next',
      label: 'Next.js',
      steps: [
        {
          text: 'A page or component of the app router; it may be rendered on the server.',
          code: [
            "import Script from 'next/script';",
            '',
            'export default function Page() {',
            '  return (',
            '    <>',
            `      <Script src="${server}/embed/v1/imgvid.js" strategy="afterInteractive" />`,
            `      <imgvid-generator site-key="${key}"></imgvid-generator>`,
            '    </>',
            '  );',
            '}',
          ].join('\n'),
          language: 'tsx',
        },
      ],
    },
    {
      kind: 'api',
      label: 'Headless',
      steps: [
        {
          text: 'No page at all: your server sends a photo’s address with a secret key, and asks for the video. The whole API is described under /docs.',
          code: [
            `UPLOAD=$(curl -s ${server}/v1/uploads -H "authorization: Bearer $IMGVID_SECRET_KEY" \\`,
            '  -H \'content-type: application/json\' -d \'{"source_url":"https://shop.example/photo.jpg"}\' | jq -r .id)',
            `curl ${server}/v1/generations -H "authorization: Bearer $IMGVID_SECRET_KEY" \\`,
            '  -H "idempotency-key: $(uuidgen)" -H \'content-type: application/json\' \\',
            '  -d "{\\"upload_id\\":\\"$UPLOAD\\",\\"product_ref\\":\\"SKU-1\\",\\"camera\\":{\\"move\\":\\"push_in\\"}}"',
          ].join('\n'),
          language: 'sh',
        },
      ],
    },
  ];
}
