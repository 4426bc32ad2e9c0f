/** The document: all else is drawn by the script. @param token of this run; base64url, which needs no escaping */
export function documentOf(token: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="status-token" content="${token}">
<title>express-on-ecs on this machine</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css">
<script type="module" src="/page.js"></script>
</head>
<body>
<noscript><p>The status page is drawn by a script, and scripts are switched off in this browser. In a terminal: npm run local -- status</p></noscript>
</body>
</html>
`;
}
