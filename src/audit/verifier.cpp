#include <edgeward/audit/verifier.hpp>

#include <edgeward/audit/hash_chain.hpp>

#include <algorithm>
#include <optional>

#include "export_line.hpp"
#include "note_signature.hpp"

namespace edgeward::audit {
namespace {

constexpr std::size_t longest_line = 8192;  // a record of the longest texts has under 3,000

// Where a link broke first, kept to tell from the record after it what was done.
struct Break {
    std::uint64_t sequence = 0;
    crypto::Digest before{};     // digest of the last sound record
    crypto::Digest presented{};  // what stands at the broken place
    bool linked = false;         // its own link holds; a signature said that it is wrong
};

// Where the log went on from a backup.
struct Restore {
    std::uint64_t sequence = 0;
    Instant time{};
};

enum class Phase : std::uint8_t { header, records, ended };

}  // namespace

struct Verifier::State {
    VerifierSettings settings;
    std::vector<Checkpoint> anchors;  // by size
    std::size_t next_anchor = 0;
    std::uint64_t anchored = 0;  // size of the last matched anchor
    Verdict verdict;
    Phase phase = Phase::header;
    std::string partial;  // octets after the last line feed
    std::string note;     // of the checkpoint being read
    bool in_note = false;
    std::uint64_t noted_size = 0;  // from the line before the note
    std::uint64_t expected = 1;    // next sequence
    std::uint64_t skipped_to = 0;  // deletion: the sequence found instead
    crypto::Digest head{};
    crypto::Digest before_head{};
    MerkleTree tree;
    std::optional<Instant> newest_checkpoint;
    std::optional<Break> broken;
    std::vector<Restore> restores;
    std::string readable;  // scratch
    BooksReader books;

    void find(Finding finding, std::uint64_t first_bad, std::string_view explanation);
    [[nodiscard]] bool sound() const { return verdict.finding == Finding::none; }
    void line(std::string_view text);
    void header(std::string_view text);
    void record(std::string_view text);
    void out_of_sequence(std::uint64_t sequence);
    void broken_link(const RecordLine& parsed);
    void refine(const RecordLine& parsed);
    void accept(const RecordLine& parsed, const crypto::Digest& digest);
    bool says_what_it_shows(const RecordLine& parsed);
    [[nodiscard]] bool given_up(const Checkpoint& anchor) const;
    void begin_note(std::string_view text);
    void finish_note();
    void checkpoint(const Checkpoint& found);
    void check_anchors();
    void contradicted(Finding finding, std::uint64_t first_bad, std::string_view explanation);
    void end(std::string_view text);
    void check_anchors_beyond_the_end();
};

void Verifier::State::find(Finding finding, std::uint64_t first_bad, std::string_view explanation) {
    if (!sound()) return;
    verdict.finding = finding;
    verdict.first_bad = first_bad;
    verdict.explanation = explanation;
}

void Verifier::State::line(std::string_view text) {
    if (in_note && text.starts_with(export_word::note_mark)) {
        text.remove_prefix(text.starts_with("> ") ? 2 : 1);
        if (note.size() <= longest_note) note.append(text).push_back('\n');  // too long is refused below
        return;
    }
    finish_note();
    if (phase == Phase::header) return header(text);
    if (phase == Phase::ended) return find(Finding::malformed, expected, "there is text after the end line");
    if (text.starts_with("record\t")) return record(text);
    if (text.starts_with("checkpoint\t")) return begin_note(text);
    if (text.starts_with("end\t")) return end(text);
    find(Finding::malformed, expected, "a line is neither record, checkpoint nor end");
}

void Verifier::State::header(std::string_view text) {
    phase = Phase::records;
    auto parsed = parse_header_line(text);
    if (!parsed) return find(Finding::malformed, 1, "the first line is not the header of an audit export");
    verdict.origin = parsed->origin;
    verdict.first = parsed->first;
    verdict.linked = parsed->first - 1;
    expected = parsed->first;
    head = before_head = parsed->previous;
    const bool foreign_anchor = std::any_of(anchors.begin(), anchors.end(), [&](const Checkpoint& anchor) {
        return anchor.origin != parsed->origin;
    });
    if (foreign_anchor || (!settings.origin.empty() && settings.origin != parsed->origin))
        return find(Finding::replacement, parsed->first, "the log is of another installation than expected");
    if (parsed->first != settings.first)
        return find(Finding::gap, settings.first, "the export does not begin with the expected record");
    if (parsed->first == 1 && parsed->previous != crypto::Digest{})
        return find(Finding::edit, 1, "the first record follows another one");
    check_anchors();
}

bool Verifier::State::says_what_it_shows(const RecordLine& parsed) {
    const auto content = parse_canonical(parsed.octets);
    if (!content) return false;
    const auto& [time, event] = *content;
    if (event.action == Action::restored) restores.push_back({parsed.sequence, time});
    readable.clear();
    append_readable(parsed.sequence, time, event, readable);
    if (readable != parsed.readable) return false;
    books.take(parsed.sequence, event);
    return true;
}

void Verifier::State::record(std::string_view text) {
    ++verdict.records;
    const auto parsed = parse_record_line(text);
    if (!parsed) return find(Finding::malformed, expected, "a record line is malformed");
    if (!sound()) return refine(*parsed);
    if (parsed->sequence != expected) return out_of_sequence(parsed->sequence);
    const crypto::Digest digest = link_digest(head, parsed->sequence, parsed->octets);
    if (digest != parsed->digest) return broken_link(*parsed);
    if (!says_what_it_shows(*parsed))
        return find(Finding::edit, expected, "the readable columns differ from the octets that were hashed");
    accept(*parsed, digest);
}

void Verifier::State::accept(const RecordLine& parsed, const crypto::Digest& digest) {
    before_head = head;
    head = digest;
    verdict.linked = parsed.sequence;
    expected = parsed.sequence + 1;
    tree.append(digest);
    check_anchors();
}

void Verifier::State::out_of_sequence(std::uint64_t sequence) {
    if (sequence < expected)
        return find(Finding::insertion, sequence, "a sequence number occurs a second time");
    skipped_to = sequence;
    find(Finding::deletion, expected, "a sequence number is missing");
}

void Verifier::State::broken_link(const RecordLine& parsed) {
    // Right for the place before: everything from here on was moved up by one.
    if (expected > verdict.first && link_digest(before_head, expected - 1, parsed.octets) == parsed.digest)
        return find(Finding::insertion, expected - 1, "a record was put in before one that was linked here");
    broken = Break{expected, head, parsed.digest, false};
    find(Finding::edit, expected, "the record, or the digest of the one before it, is not what was linked");
}

// The record after the first bad one shows whether records were moved or lost rather than changed.
void Verifier::State::refine(const RecordLine& parsed) {
    if (verdict.finding == Finding::deletion && parsed.sequence >= verdict.first_bad &&
        parsed.sequence < skipped_to) {
        verdict.finding = Finding::reorder;
        verdict.explanation = "records stand in another order than they were linked in";
    }
    if (!broken) return;
    const Break at = *broken;
    broken.reset();
    if (link_digest(at.before, at.sequence, parsed.octets) == parsed.digest) {
        verdict.finding = at.linked ? Finding::insertion : Finding::reorder;
        verdict.first_bad = at.sequence;
        verdict.explanation = "the record after this one was linked in its place";
    } else if (!at.linked && link_digest(at.presented, at.sequence + 2, parsed.octets) == parsed.digest) {
        verdict.finding = Finding::deletion;
        verdict.explanation = "a record is missing and the later ones were numbered anew";
    }
}

void Verifier::State::begin_note(std::string_view text) {
    text.remove_prefix(export_word::checkpoint.size() + 1);
    if (!read_number(text, noted_size))
        return find(Finding::malformed, expected, "a checkpoint line is malformed");
    in_note = true;
    note.clear();
}

void Verifier::State::finish_note() {
    if (!in_note) return;
    in_note = false;
    if (!sound()) return;
    const std::uint64_t unproven = std::max(verdict.proven, verdict.first - 1) + 1;
    auto found = verify_checkpoint(note, settings.key);
    if (!found && found.error().kind == ErrorKind::denied)
        return find(Finding::bad_signature, unproven,
                    "a checkpoint is not signed with this key, or was altered");
    if (!found || found->size != noted_size)
        return find(Finding::malformed, unproven, "a checkpoint note is malformed");
    checkpoint(*found);
}

void Verifier::State::checkpoint(const Checkpoint& found) {
    const std::uint64_t unproven = std::max(verdict.proven, verdict.first - 1) + 1;
    if (found.origin != verdict.origin)
        return find(Finding::replacement, unproven, "a checkpoint is of another installation");
    if (found.size < verdict.proven)
        return find(Finding::reorder, unproven, "a checkpoint covers less than one before it");
    if (found.size > verdict.linked)
        return find(Finding::deletion, unproven, "a checkpoint counts more records than stand before it");
    if (found.size < verdict.linked)
        return find(Finding::insertion, unproven, "a checkpoint counts fewer records than stand before it");
    if (found.head != head) {
        broken = Break{verdict.linked, before_head, head, true};
        return find(Finding::edit, unproven,
                    "the records up to a checkpoint are not the ones that were signed");
    }
    if (verdict.first == 1 && found.root != tree.root())
        return find(Finding::fork, unproven, "the signed Merkle root is not of these records");
    ++verdict.checkpoints;
    verdict.proven = found.size;
    newest_checkpoint = found.time;
}

void Verifier::State::check_anchors() {
    while (sound() && next_anchor < anchors.size() && anchors[next_anchor].size <= verdict.linked) {
        const Checkpoint& anchor = anchors[next_anchor++];
        if (anchor.size < verdict.linked) continue;  // before the beginning of a partial export
        if (anchor.head != head && given_up(anchor)) {
            ++verdict.anchors_lost;
            continue;
        }
        if (anchor.head != head)
            return contradicted(Finding::fork, std::max(anchored, verdict.first - 1) + 1,
                                "an anchor has another record here, and its signature is valid");
        ++verdict.anchors_matched;
        anchored = anchor.size;
        verdict.proven = std::max(verdict.proven, anchor.size);
    }
}

// The anchor was made before a declared restore, of records that the restore gave up.
bool Verifier::State::given_up(const Checkpoint& anchor) const {
    return std::ranges::any_of(restores, [&](const Restore& restore) {
        return anchor.size >= restore.sequence && anchor.time <= restore.time;
    });
}

// Two signed statements exclude each other, so checkpoints of this key prove nothing beyond the last matched
// anchor.
void Verifier::State::contradicted(Finding finding, std::uint64_t first_bad, std::string_view explanation) {
    find(finding, first_bad, explanation);
    verdict.proven = anchored;
}

void Verifier::State::end(std::string_view text) {
    phase = Phase::ended;
    const auto parsed = parse_end_line(text);
    if (!parsed) return find(Finding::malformed, expected, "the end line is malformed");
    if (parsed->last > verdict.linked)
        return find(Finding::truncation, expected, "the end line counts more records than are there");
    if (parsed->last < verdict.linked)
        return find(Finding::insertion, parsed->last + 1, "the end line counts fewer records than are there");
    if (parsed->head != head)
        return find(Finding::edit, verdict.linked, "the end line has another last digest");
    check_anchors_beyond_the_end();
}

void Verifier::State::check_anchors_beyond_the_end() {
    const auto rest = anchors.begin() + static_cast<std::ptrdiff_t>(next_anchor);
    const auto left =
        std::remove_if(rest, anchors.end(), [this](const Checkpoint& anchor) { return given_up(anchor); });
    verdict.anchors_lost += static_cast<std::uint64_t>(anchors.end() - left);
    anchors.erase(left, anchors.end());
    if (next_anchor == anchors.size()) return;
    const Checkpoint& newest = anchors.back();
    if (newest_checkpoint && *newest_checkpoint > anchors[next_anchor].time)
        return contradicted(Finding::rollback, expected, "signed later than an anchor that has more records");
    contradicted(
        Finding::truncation, expected,
        "an anchor of " + std::to_string(newest.size) + " records is newer than the end of this log");
}

Verifier::Verifier(std::unique_ptr<State> state) : state_(std::move(state)) {}
Verifier::Verifier(Verifier&&) noexcept = default;
Verifier& Verifier::operator=(Verifier&&) noexcept = default;
Verifier::~Verifier() = default;

Result<Verifier> Verifier::open(VerifierSettings settings) {
    auto state = std::make_unique<State>();
    for (const std::string& note : settings.anchors) {
        auto anchor = verify_checkpoint(note, settings.key);
        if (!anchor) return failure(std::move(anchor.error()).during("read an anchor"));
        state->anchors.push_back(std::move(*anchor));
    }
    std::sort(state->anchors.begin(), state->anchors.end(),
              [](const Checkpoint& left, const Checkpoint& right) { return left.size < right.size; });
    state->settings = std::move(settings);
    return Verifier(std::move(state));
}

void Verifier::feed(std::string_view octets) {
    State& state = *state_;
    for (std::size_t end = octets.find('\n'); end != std::string_view::npos; end = octets.find('\n')) {
        const std::string_view text = octets.substr(0, end);
        octets.remove_prefix(end + 1);
        if (state.partial.empty()) {
            state.line(text);
            continue;
        }
        if (state.partial.size() <= longest_line) state.partial.append(text);
        state.line(state.partial);
        state.partial.clear();
    }
    if (state.partial.size() <= longest_line) state.partial.append(octets);
}

Verdict Verifier::finish() {
    State& state = *state_;
    state.finish_note();
    if (state.phase == Phase::header)
        state.find(Finding::malformed, 1, "the first line is not the header of an audit export");
    else if (state.phase == Phase::records || !state.partial.empty())
        state.find(Finding::truncation, state.expected, "the export breaks off: its end line is missing");
    state.verdict.head = state.head;
    state.verdict.books = state.books.findings();
    state.verdict.restores = state.restores.size();
    if (!state.restores.empty()) state.verdict.last_restore = state.restores.back().sequence;
    return state.verdict;
}

}  // namespace edgeward::audit
