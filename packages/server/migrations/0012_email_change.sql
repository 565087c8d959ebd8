-- A person's address is changed by a link to the new one; a link to the old one stops that, or takes it back.
alter table one_time_token drop constraint one_time_token_purpose_check;
alter table one_time_token add constraint one_time_token_purpose_check
  check (purpose in ('sign_up', 'sign_in', 'password_reset', 'email_change', 'email_stop'));
