/**
 * Starts Swagger UI on the document of the reader's language.
 *
 * The address of the document is ours alone: Swagger UI's `?url=` and `?configUrl=` stay off, since they would let
 * a link load anybody's document into this page, with this page's tokens.
 */

import { translateToFrench } from './french.js'

/* global SwaggerUIBundle */

const LANGUAGE_KEY = 'hapi.language'

const language = chooseLanguage()
document.documentElement.lang = language
document.querySelector(`header a[lang=${language}]`)?.setAttribute('aria-current', 'true')
if (language === 'fr') translateToFrench(document.getElementById('swagger-ui'))

const ui = SwaggerUIBundle({
  url: `openapi.${language}.json`,
  dom_id: '#swagger-ui',
  queryConfigEnabled: false,
  // Nothing is sent to a validator on the Internet.
  validatorUrl: null,
  deepLinking: true,
  docExpansion: 'none',
  defaultModelsExpandDepth: -1,
  defaultModelExpandDepth: 1,
  filter: true,
  displayOperationId: false,
  displayRequestDuration: true,
  persistAuthorization: true,
  requestInterceptor: addLanguage,
  responseInterceptor: keepToken,
})

/** What the link asks, else what was chosen before, else the browser's; French unless English is wanted. */
function chooseLanguage() {
  const asked = new URLSearchParams(location.search).get('lang')
  const known = [asked, localStorage.getItem(LANGUAGE_KEY), navigator.language.slice(0, 2)]
  const chosen = known.find((each) => each === 'fr' || each === 'en') ?? 'fr'
  if (chosen === asked) localStorage.setItem(LANGUAGE_KEY, chosen)
  return chosen
}

/** Error messages come in the language of the page, unless the reader fills the header in. */
function addLanguage(request) {
  request.headers['Accept-Language'] ??= language
  return request
}

/** A token obtained on the page is used by the calls that follow: nothing to copy. */
function keepToken(response) {
  if (response.ok && response.url.endsWith('/api/Token')) {
    const body = response.text ?? ''
    const token = body.startsWith('{') ? JSON.parse(body).Token : body
    const schema = { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }
    ui.authActions.authorizeWithPersistOption({ bearer: { name: 'bearer', schema, value: token } })
  }
  return response
}
