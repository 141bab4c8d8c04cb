#include <edgeward/anchoring/witness_desk.hpp>

#include <algorithm>
#include <utility>

#include <edgeward/audit/witness.hpp>
#include <edgeward/core/file.hpp>
#include <edgeward/core/log.hpp>

namespace edgeward::anchoring {
namespace {

constexpr std::size_t longest_note = 16384;
constexpr unsigned mode = 0600;
constexpr const char* evidence = "evidence";

WitnessReply reply(unsigned status, std::string text) {
    return {status, "text/plain; charset=utf-8", std::move(text.append("\n"))};
}

// The first line of the note: whose it says it is.
std::string_view origin_of(std::string_view note) {
    return note.substr(0, note.find('\n'));
}

double seconds_of(Instant time) {
    return std::chrono::duration<double>(time.time_since_epoch()).count();
}

}  // namespace

Result<std::unique_ptr<WitnessDesk>> WitnessDesk::open(Parts parts) {
    std::error_code error;
    std::filesystem::create_directories(parts.folder / evidence, error);
    if (error) return failure(ErrorKind::misconfigured, "folder of the witness: " + error.message());
    const std::vector<WitnessedLog> logs = parts.logs;
    std::unique_ptr<WitnessDesk> desk(new WitnessDesk(std::move(parts)));
    for (const WitnessedLog& log : logs) {
        if (auto done = desk->read(log); !done) return failure(std::move(done.error()).during(log.origin));
    }
    return desk;
}

Result<void> WitnessDesk::read(const WitnessedLog& log) {
    const metrics::Labels labels{{"log", log.origin}};
    auto& registry = parts_.metrics;
    Known known{
        log,
        {},
        false,
        registry.gauge("edgeward_witness_records", "Records of the newest cosigned checkpoint.", labels),
        registry.gauge("edgeward_witness_seen_timestamp_seconds",
                       "When the log has last shown a checkpoint that was cosigned.", labels),
        registry.counter("edgeward_witness_refused_total",
                         "Checkpoints that contradict what the witness has signed.", labels)};
    const auto file = file_of(log.origin);
    std::error_code error;
    if (std::filesystem::exists(file, error) || error) {
        auto note = read_file(file, longest_note);
        if (!note) return failure(std::move(note.error()));
        const auto checkpoint = audit::verify_checkpoint(*note, log.key);
        const auto seen = audit::verify_cosignature(*note, {parts_.name, crypto::public_key_of(parts_.seed)});
        if (!checkpoint || checkpoint->origin != log.origin || !seen)
            return failure(ErrorKind::corrupt, "what is remembered is not signed by both sides");
        known.size.set(static_cast<double>(checkpoint->size));
        known.seen.set(seconds_of(*seen));
        known.note = *std::move(note);
    }
    known_.emplace(log.origin, std::move(known));
    return {};
}

// The origin is a name and a slash; the digest makes it a file name.
std::filesystem::path WitnessDesk::file_of(const std::string& origin) const {
    return parts_.folder / (to_hex(crypto::sha256(bytes_of(origin))).substr(0, 32) + ".checkpoint");
}

WitnessReply WitnessDesk::add_checkpoint(const std::string& request) {
    auto parsed = audit::parse_witness_request(request);
    if (!parsed) return reply(400, parsed.error().message);
    const std::lock_guard lock(mutex_);
    const auto known = known_.find(origin_of(parsed->note));
    if (known == known_.end()) return reply(404, "unknown log");
    return judge(known->second, parsed->note, parsed->old_size, parsed->proof);
}

WitnessReply WitnessDesk::judge(Known& known, const std::string& note, std::uint64_t old_size,
                                const std::vector<crypto::Digest>& proof) {
    const auto shown = audit::verify_checkpoint(note, known.log.key);
    if (!shown) return reply(403, shown.error().message);
    audit::Checkpoint before;
    if (!known.note.empty()) before = *audit::verify_checkpoint(known.note, known.log.key);
    if (old_size > shown->size) return reply(400, "the old size is larger than the checkpoint");
    // Signed later than what was cosigned, with fewer records: the log was put back or cut off.
    if (shown->size < before.size && shown->time > before.time) (void)refuse(known, 409, "rollback", note);
    if (old_size != before.size) return {409, "text/x.tlog.size", std::to_string(before.size) + "\n"};
    if (shown->size == before.size && before.size > 0 && shown->root != before.root)
        return refuse(known, 409, "fork", note);
    if (!audit::verify_consistency(before.size, before.root, shown->size, shown->root, proof))
        return refuse(known, 422, "fork", note);
    const Instant now = parts_.clock.now();
    const std::string line = audit::cosign(note, parts_.name, parts_.seed, now);
    const std::string cosigned = note + line;
    if (cosigned.size() > longest_note) return reply(400, "the note is too long");
    if (auto kept = write_file_durably(file_of(known.log.origin), bytes_of(cosigned), mode); !kept) {
        log::error("a checkpoint could not be kept, and is not signed", {{"reason", kept.error().message}});
        return reply(503, "the checkpoint could not be kept");
    }
    known.note = cosigned;
    known.refusing = false;
    known.size.set(static_cast<double>(shown->size));
    known.seen.set(seconds_of(now));
    return {200, "text/plain; charset=utf-8", line};
}

WitnessReply WitnessDesk::refuse(Known& known, unsigned status, std::string_view what,
                                 const std::string& note) {
    known.refused.add();
    if (!std::exchange(known.refusing, true))
        log::error("a log contradicts what was signed",
                   {{"log", known.log.origin}, {"finding", std::string(what)}});
    if (auto kept = keep_evidence(known, note); !kept)
        log::error("evidence could not be kept", {{"reason", kept.error().message}});
    return reply(status, std::string(what));
}

// Named by what it is over: the same contradiction is kept once, however often it is shown.
Result<void> WitnessDesk::keep_evidence(const Known& known, const std::string& note) {
    const std::string both = known.note + "\n" + note;
    const auto file =
        parts_.folder / evidence / (to_hex(crypto::sha256(bytes_of(both))).substr(0, 32) + ".notes");
    std::error_code error;
    if (std::filesystem::exists(file, error)) return {};
    return write_file_durably(file, bytes_of(both), mode);
}

Result<std::string> WitnessDesk::newest(const std::string& origin) const {
    const std::lock_guard lock(mutex_);
    const auto known = known_.find(origin);
    if (known == known_.end()) return failure(ErrorKind::invalid_input, "unknown log");
    if (known->second.note.empty()) return failure(ErrorKind::unavailable, "nothing was signed yet");
    return known->second.note;
}

Result<void> WitnessDesk::accept_restore(const std::string& origin) {
    const std::lock_guard lock(mutex_);
    const auto found = known_.find(origin);
    if (found == known_.end()) return failure(ErrorKind::invalid_input, "unknown log");
    Known& known = found->second;
    if (known.note.empty()) return failure(ErrorKind::unavailable, "nothing was signed yet");
    if (auto kept = keep_evidence(known, {}); !kept) return kept;
    std::error_code error;
    std::filesystem::remove(file_of(origin), error);
    if (error) return failure(ErrorKind::unavailable, error.message());
    if (auto synced = sync_folder(parts_.folder); !synced) return synced;
    log::warning("a restore was accepted; the next checkpoint is the first one", {{"log", origin}});
    known.note.clear();
    known.size.set(0);
    return {};
}

}  // namespace edgeward::anchoring
