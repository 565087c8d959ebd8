-- How long a model takes is read every half a minute by every process: from its latest successes only.

create index generation_history on generation (model, completed_at desc)
  where status = 'succeeded' and started_at is not null;
