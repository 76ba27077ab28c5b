// SPDX-License-Identifier: Apache-2.0
#include "joiner/shard/runner.h"

#include <algorithm>
#include <utility>

namespace oneway::shard {
namespace {

// Events of one part. A part that reaches it is sealed before more is applied: while the disk stalls, senders wait for
// room in the inbox and memory stays bounded.
constexpr uint64_t kPartEventsMax = uint64_t{1} << 18;
// The same in bytes, for events with long keys: of the batches that were applied. Their rows take about as much again.
constexpr uint64_t kPartBytesMax = uint64_t{64} << 20;
// Expiries of one commit. Enough for 0.8 M expiries/s at 200 commits/s, few enough that a commit stays a few
// milliseconds.
constexpr size_t kExpiriesMax = 4096;
// Rows that one commit moves out of the lowest stretch: enough to keep up even if one row in eight survives its
// stretch.
constexpr uint64_t kRelocatedRowsMin = 1024;
constexpr uint64_t kEventsARelocatedRow = 8;

}  // namespace

Runner::Runner(size_t shard, std::unique_ptr<join::JoinEngine> engine, journal::SequenceAllocator& sequences,
               size_t inbox_bytes_max, CommitterLink link)
    : shard_(shard),
      engine_(std::move(engine)),
      sequences_(sequences),
      link_(std::move(link)),
      inbox_(inbox_bytes_max),
      walk_pace_(engine_->slot_count()),
      tail_(link_.tail) {}

Runner::~Runner() {
  Join();
}

void Runner::Start(const Opening& first, std::unique_ptr<Part> part) {
  part_ = std::move(part);
  opening_ = first;
  thread_ = std::thread([this] { Run(); });
}

void Runner::Join() {
  inbox_.StopTaking();
  if (thread_.joinable()) thread_.join();
}

void Runner::Run() {
  Open(opening_);
  while (true) {
    std::optional<Inbox::Item> item = TakeNext();
    if (item) Do(*std::move(item));
    if (walks_.empty()) {
      if (!item) return;  // told to stop
      continue;
    }
    walks_.Step(*engine_, [this](Release on_done) { AnswerOnceDurable(std::move(on_done)); });
  }
}

// While a walk is under way, what there is now.
std::optional<Inbox::Item> Runner::TakeNext() {
  const bool has_room = events_ < kPartEventsMax && event_bytes_ < kPartBytesMax;
  const Inbox::Wanted wanted = has_room ? Inbox::Wanted::kAnything : Inbox::Wanted::kSeal;
  return walks_.empty() ? inbox_.Take(wanted) : inbox_.TakeNow(wanted);
}

void Runner::Do(Inbox::Item item) {
  if (auto* order = std::get_if<SealOrder>(&item)) return Seal(std::move(*order));
  auto& work = std::get<Work>(item);
  if (auto* batch = std::get_if<std::unique_ptr<EventBatch>>(&work)) return Apply(**batch);
  if (auto* walk = std::get_if<OpenWalk>(&work)) return walks_.Add(std::move(*walk), *engine_);
  Answer(std::get<KeyInquiry>(work));
}

void Runner::Apply(EventBatch& batch) {
  std::vector<EventException> exceptions = std::move(batch.refused);
  const size_t refused = exceptions.size();
  events_ += refused + batch.events.size();
  event_bytes_ += batch.memory_bytes();
  const auto fingerprint_at = [&batch](size_t i) -> const auto& { return batch.events[i].fingerprint; };
  for (size_t i = 0; i < batch.events.size(); ++i) {
    engine_->PrefetchAhead(i, batch.events.size(), fingerprint_at);
    const event::Outcome outcome = engine_->Apply(batch.events[i], decisions_);
    if (outcome.status == event::Status::kOk) continue;
    exceptions.push_back({batch.indices.empty() ? static_cast<uint32_t>(i) : batch.indices[i], outcome});
  }
  std::inplace_merge(exceptions.begin(), exceptions.begin() + static_cast<ptrdiff_t>(refused), exceptions.end(),
                     [](const EventException& a, const EventException& b) { return a.index < b.index; });
  TakeDecisions();
  Settle(batch, std::move(exceptions));
  // Only now: the clock must not pass events that still wait in the inbox.
  if (batch.stream != 0 && batch.low_mark != Time{}) link_.on_low_mark(batch.stream, batch.low_mark);
}

void Runner::Settle(EventBatch& batch, std::vector<EventException> exceptions) {
  if (!batch.on_settled) return;
  part_->releases.push_back([on_settled = std::move(batch.on_settled), exceptions = std::move(exceptions)](
                                const journal::Mark& durable) mutable { on_settled(durable, std::move(exceptions)); });
  NoteContent();
}

void Runner::Answer(KeyInquiry& inquiry) {
  const join::KeyStory story = engine_->Find(inquiry.fingerprint, inquiry.flow);
  AnswerOnceDurable(
      [on_answer = std::move(inquiry.on_answer), story](const journal::Mark& durable) { on_answer(durable, story); });
}

// Of what was looked at just now, or before.
void Runner::AnswerOnceDurable(Release answer) {
  if (!part_has_content_) {
    // Nothing is applied that is not durable, as a rule when people ask: no commit to wait for.
    if (const auto durable = link_.durable_before(opening_.ordinal)) return answer(*durable);
  }
  part_->releases.push_back(std::move(answer));
  NoteContent();
}

void Runner::TakeDecisions() {
  for (const ledger::Count& count : decisions_.counts) part_->delta.Add(count);
  decisions_.counts.clear();
  if (decisions_.keys != nullptr) tail_.Collect(opening_.joiner_clock);
  if (!part_->delta.empty() || !decisions_.rows.empty()) NoteContent();
}

void Runner::NoteContent() {
  if (part_has_content_) return;
  part_has_content_ = true;
  link_.on_content(opening_.ordinal);
}

void Runner::Seal(SealOrder order) {
  decisions_.rows.MoveTo(part_->changes);
  slow_.MoveTo(part_->slow);
  tail_.Seal(part_->releases);
  std::swap(decisions_.exemplars, part_->exemplars);  // which is empty
  FillFigures(order.count_open);
  std::unique_ptr<Part> sealed = std::exchange(part_, std::move(order.fresh));
  link_.on_sealed(shard_, std::move(sealed));
  Open(order.next);
}

void Runner::FillFigures(bool count_open) {
  ShardFigures& figures = part_->figures;
  figures.flows = engine_->figures();
  figures.open_keys = engine_->open_keys();
  figures.closed_keys = engine_->closed_keys();
  figures.memory_bytes = engine_->memory_bytes();
  figures.live_rows = engine_->live_rows();
  figures.events = events_;
  figures.floor_bound = std::min(engine_->LowestLiveStretch().value_or(sequences_.Position()), sequences_.Position());
  if (count_open) part_->open_counts = engine_->CountOpen();
}

void Runner::Open(const Opening& opening) {
  opening_ = opening;
  part_has_content_ = false;
  engine_->OpenCommit(opening.joiner_clock, opening.takes_new_keys);
  decisions_.keys = tail_.Open();
  KeepHouse();
}

void Runner::KeepHouse() {
  engine_->ExpireDue(kExpiriesMax, decisions_);
  const uint64_t keys = engine_->open_keys() + engine_->closed_keys();
  engine_->Walk({.slots_max = walk_pace_.TakeSlots(events_, opening_.at, keys),
                 .relocate_below = opening_.relocate_below,
                 .rows_max = std::max(kRelocatedRowsMin, events_ / kEventsARelocatedRow)},
                decisions_);
  events_ = 0;
  event_bytes_ = 0;
  TakeDecisions();
}

}  // namespace oneway::shard
