DELETE FROM leases WHERE leases.name = ? AND leases.holder = ?
INSERT INTO actions (shop_id, id, case_id, kind, state, person, at, proof_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (shop_id, id) DO UPDATE SET case_id = excluded.case_id, kind = excluded.kind, state = excluded.state, person = excluded.person, at = excluded.at, proof_id = excluded.proof_id
INSERT INTO alarms (shop_id, deadline_id, due_at, rung, case_id, at, fired_at, state, reason, message) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (shop_id, deadline_id, due_at, rung) DO UPDATE SET case_id = excluded.case_id, at = excluded.at, state = excluded.state, reason = excluded.reason, message = excluded.message
INSERT INTO approvals (shop_id, id, case_id, proposal_id, version, person, at, text_digest, facts_digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
INSERT INTO buyers (shop_id, id, channel, address, name, language) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (shop_id, id) DO UPDATE SET channel = excluded.channel, address = excluded.address, name = excluded.name, language = excluded.language
INSERT INTO cards (shop_id, case_id, channel, message, revision, thread_seq) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (shop_id, case_id) DO UPDATE SET channel = excluded.channel, message = excluded.message, revision = excluded.revision, thread_seq = excluded.thread_seq
INSERT INTO cases (shop_id, id, number, status, situation, revision, version, owner, order_no, next_due_at, opened_at, changed_at, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
INSERT INTO conversations (shop_id, id, channel, lane, buyer_id, opened_at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
INSERT INTO counters (shop_id, name, value) VALUES (?, ?, ?) ON CONFLICT DO NOTHING
INSERT INTO deadlines (shop_id, id, case_id, kind, name, bound, started_at, due_at, state, ended_at, explanation) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (shop_id, id) DO UPDATE SET case_id = excluded.case_id, kind = excluded.kind, name = excluded.name, bound = excluded.bound, started_at = excluded.started_at, due_at = excluded.due_at, state = excluded.state, ended_at = excluded.ended_at, explanation = excluded.explanation
INSERT INTO evidence (shop_id, id, case_id, message_id, kind, file_id, unique_id, name, size) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
INSERT INTO inbox (shop_id, id, channel, external_id, fingerprint, lane, position, kind, raw, salt, urgent, stored_at, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
INSERT INTO journal (shop_id, case_id, seq, event_id, event, at, context, versions, change, effects, lines, previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
INSERT INTO leases (name, holder, until, token) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET holder = ?, until = ?, token = CASE WHEN (leases.holder = ?) THEN leases.token ELSE leases.token + ? END WHERE leases.holder = ? OR leases.until < ? OR ? = 1 RETURNING token
INSERT INTO messages (shop_id, id, conversation_id, case_id, direction, external_id, body, media, edits, sent_at, stored_at, event_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
INSERT INTO outbox (shop_id, id, case_id, event_id, kind, lane, dedupe_key, priority, body, version, buyer_lane, state, queued_at, not_before, attempts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
INSERT INTO parties (shop_id, conversation_id, case_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING
INSERT INTO proposals (shop_id, id, case_id, version, kind, state, "key", branch, text_id, text_digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (shop_id, id) DO UPDATE SET case_id = excluded.case_id, version = excluded.version, kind = excluded.kind, state = excluded.state, "key" = excluded."key", branch = excluded.branch, text_id = excluded.text_id, text_digest = excluded.text_digest
INSERT INTO staff (shop_id, id, name, zone, language, lead, present) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (shop_id, id) DO UPDATE SET name = excluded.name, zone = excluded.zone, language = excluded.language, lead = excluded.lead, present = excluded.present
INSERT INTO texts (shop_id, id, case_id, body, salt, digest, written_at) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
SELECT alarms.case_id, alarms.deadline_id, alarms.due_at, alarms.rung, alarms.at FROM alarms WHERE alarms.shop_id = ? AND alarms.state = ? AND alarms.fired_at IS NULL AND alarms.at <= ? ORDER BY alarms.at, alarms.deadline_id LIMIT ? OFFSET ?
SELECT buyers.address, buyers.name, buyers.language, buyers.channel FROM buyers JOIN conversations ON conversations.shop_id = buyers.shop_id AND conversations.buyer_id = buyers.id WHERE conversations.shop_id = ? AND conversations.id = ?
SELECT cards.case_id, cards.channel, cards.message FROM cards WHERE cards.shop_id = ? AND cards.case_id IN (?, ?, ?, ?)
SELECT cards.channel, cards.message, cards.revision, cards.thread_seq FROM cards WHERE cards.shop_id = ? AND cards.case_id = ?
SELECT cases.body FROM cases WHERE cases.shop_id = ? AND cases.id IN (?)
SELECT cases.body FROM cases WHERE cases.shop_id = ? AND cases.status != ? ORDER BY cases.next_due_at IS NULL, cases.next_due_at, cases.id LIMIT ? OFFSET ?
SELECT cases.body FROM cases WHERE cases.shop_id = ? ORDER BY cases.id DESC LIMIT ? OFFSET ?
SELECT cases.id, cases.revision FROM cases WHERE cases.shop_id = ? AND cases.id IN (?) ORDER BY cases.id
SELECT conversations.lane, conversations.id, conversations.channel FROM conversations WHERE conversations.shop_id = ? AND conversations.lane IN (?)
SELECT conversations.lane, messages.external_id FROM messages JOIN conversations ON conversations.shop_id = messages.shop_id AND conversations.id = messages.conversation_id WHERE messages.shop_id = ? AND messages.direction = ?
SELECT count(*) AS count_1 FROM outbox WHERE outbox.shop_id = ? AND outbox.state IN (?, ?)
SELECT counters.value FROM counters WHERE counters.shop_id = ? AND counters.name = ?
SELECT inbox.id, inbox.channel, inbox.external_id, inbox.lane, inbox.position, inbox.kind, inbox.raw, inbox.salt, inbox.stored_at, inbox.urgent FROM inbox WHERE inbox.shop_id = ? AND inbox.state = ? ORDER BY inbox.urgent DESC, inbox.id LIMIT ? OFFSET ?
SELECT inbox.lane, min(inbox.position) AS min_1 FROM inbox WHERE inbox.shop_id = ? AND inbox.state = ? AND inbox.lane IN (?) AND (inbox.id NOT IN (?)) GROUP BY inbox.lane
SELECT inbox.state, count(*) AS count_1 FROM inbox WHERE inbox.shop_id = ? AND inbox.state IN (?, ?) GROUP BY inbox.state
SELECT journal.case_id, journal.hash FROM journal WHERE journal.shop_id = ? AND (journal.case_id, journal.seq) IN (VALUES (?, ?))
SELECT journal.case_id, journal.hash FROM journal WHERE journal.shop_id = ? AND (journal.case_id, journal.seq) IN (VALUES (?, ?), (?, ?), (?, ?), (?, ?))
SELECT journal.case_id, max(journal.seq) AS max_1 FROM journal WHERE journal.shop_id = ? AND journal.case_id IN (?) GROUP BY journal.case_id
SELECT journal.seq, journal.at, journal.lines FROM journal WHERE journal.shop_id = ? AND journal.case_id = ? AND journal.seq > ? ORDER BY journal.seq LIMIT ? OFFSET ?
SELECT messages.conversation_id, messages.external_id, messages.id, messages.case_id FROM messages WHERE messages.shop_id = ? AND messages.direction = ? AND messages.conversation_id IN (?) AND messages.external_id IN (?)
SELECT messages.id, messages.body, messages.media, messages.sent_at, messages.edits, messages.conversation_id FROM messages WHERE messages.shop_id = ? AND messages.id IN (?)
SELECT min(alarms.at) AS min_1 FROM alarms WHERE alarms.shop_id = ? AND alarms.state = ? AND alarms.fired_at IS NULL
SELECT min(outbox.not_before) AS min_1 FROM outbox WHERE outbox.shop_id = ? AND outbox.state = ? AND outbox.not_before > ?
SELECT outbox.id FROM outbox WHERE outbox.shop_id = ? AND outbox.state = ? AND outbox.not_before <= ? AND NOT (EXISTS (SELECT * FROM outbox AS earlier WHERE earlier.shop_id = outbox.shop_id AND earlier.lane = outbox.lane AND (earlier.state = ? OR earlier.state = ? AND earlier.id < outbox.id))) ORDER BY outbox.priority DESC, outbox.id LIMIT ? OFFSET ?
SELECT outbox.id, outbox.attempts, outbox.not_before FROM outbox WHERE outbox.shop_id = ? AND outbox.state = ? AND outbox.id IN (?) ORDER BY outbox.id
SELECT outbox.id, outbox.case_id FROM outbox JOIN cases ON cases.shop_id = outbox.shop_id AND cases.id = outbox.case_id WHERE outbox.shop_id = ? AND outbox.state = ? AND outbox.kind = ? AND cases.version != outbox.version
SELECT outbox.id, outbox.case_id, outbox.kind, outbox.lane, outbox.dedupe_key, outbox.body, outbox.attempts, outbox.queued_at FROM outbox WHERE outbox.shop_id = ? AND outbox.state = ? ORDER BY outbox.id
SELECT outbox.id, outbox.case_id, outbox.not_before FROM outbox WHERE outbox.shop_id = ? AND outbox.kind = ? AND outbox.state = ? AND outbox.case_id IN (?) ORDER BY outbox.id
SELECT outbox.id, outbox.kind, outbox.state, outbox.receipt FROM outbox WHERE outbox.shop_id = ? AND outbox.kind IN (?, ?)
SELECT outbox.id, outbox.state FROM outbox WHERE outbox.shop_id = ? AND outbox.id IN (?) ORDER BY outbox.id
SELECT parties.conversation_id, cases.body FROM parties JOIN cases ON cases.shop_id = parties.shop_id AND cases.id = parties.case_id WHERE parties.shop_id = ? AND parties.conversation_id IN (?) ORDER BY cases.id DESC
SELECT staff.shop_id, staff.id, staff.name, staff.zone, staff.language, staff.lead, staff.present FROM staff WHERE staff.shop_id = ? ORDER BY staff.id
SELECT texts.body, texts.salt FROM texts WHERE texts.shop_id = ? AND texts.id = ?
SELECT texts.id, texts.body FROM texts WHERE texts.shop_id = ? AND texts.id IN (?) AND texts.body IS NOT NULL
UPDATE alarms SET fired_at=? WHERE alarms.shop_id = ? AND alarms.deadline_id = ? AND alarms.due_at = ? AND alarms.rung = ?
UPDATE cards SET thread_seq=? WHERE cards.shop_id = ? AND cards.case_id = ?
UPDATE cases SET status=?, situation=?, revision=?, version=?, owner=?, order_no=?, next_due_at=?, changed_at=?, body=? WHERE cases.shop_id = ? AND cases.id = ? AND cases.revision = ?
UPDATE counters SET value=? WHERE counters.shop_id = ? AND counters.name = ?
UPDATE inbox SET state=?, handled_at=?, case_id=?, error=?, code_version=? WHERE inbox.shop_id = ? AND inbox.id = ? AND inbox.state = ?
UPDATE messages SET body=?, edits=(messages.edits + ?) WHERE messages.shop_id = ? AND messages.id = ?
UPDATE outbox SET not_before=? WHERE outbox.shop_id = ? AND outbox.id = ? AND outbox.state = ?
UPDATE outbox SET state=? WHERE outbox.shop_id = ? AND outbox.id IN (?) AND outbox.state = ?
UPDATE outbox SET state=?, attempts=(outbox.attempts + ?), lease_until=? WHERE outbox.shop_id = ? AND outbox.id IN (?) AND outbox.state = ? AND (outbox.kind != ? OR NOT (EXISTS (SELECT * FROM inbox WHERE inbox.shop_id = outbox.shop_id AND inbox.lane = outbox.buyer_lane AND inbox.state = ?)) AND (EXISTS (SELECT * FROM cases WHERE cases.shop_id = outbox.shop_id AND cases.id = outbox.case_id AND cases.version = outbox.version))) RETURNING id, case_id, kind, lane, dedupe_key, body, attempts, queued_at
UPDATE outbox SET state=?, not_before=?, lease_until=?, settled_at=?, receipt=?, error=? WHERE outbox.shop_id = ? AND outbox.id = ? AND outbox.state = ?
UPDATE outbox SET state=?, settled_at=?, error=? WHERE outbox.shop_id = ? AND outbox.id = ? AND (outbox.state = ? OR outbox.state = ?)
UPDATE staff SET present=? WHERE staff.shop_id = ?
