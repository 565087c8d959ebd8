export {
  forgetOldMails,
  openMailer,
  readOutbox,
  startMailWorker,
  type Mail,
  type Mailer,
  type MailParts,
} from './mailer.ts';
