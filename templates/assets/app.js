// Enhancements only: every page works without this file.
import {
  createAll, isSupported,
  Button, CharacterCount, ErrorSummary, NotificationBanner, ServiceNavigation, SkipLink
} from 'govuk-frontend'
import './app/figure.js'

import { answering } from './app/answering.js'
import { desk } from './app/desk.js'
import { follow } from './app/follow.js'
import { markSection } from './app/reading.js'
import { dropSent, forgetAtSignOut, typing } from './app/typing.js'
import takeSelection from './app/moderation.js'

document.body.classList.add('js-enabled')
if (isSupported() || 'noModule' in HTMLScriptElement.prototype) {
  document.body.classList.add('govuk-frontend-supported')
}
for (const component of [Button, CharacterCount, ErrorSummary, NotificationBanner, ServiceNavigation, SkipLink]) {
  createAll(component)
}
document.querySelectorAll('[data-desk]').forEach(desk)
document.querySelectorAll('[data-follow]').forEach(follow)
markSection()
forgetAtSignOut()
document.querySelectorAll('[data-answering]').forEach(page => { dropSent(page); answering(page) })
document.querySelectorAll('form:has([data-typing])').forEach(form => typing(form))
takeSelection()
