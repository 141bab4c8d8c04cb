#include "witness_flow.hpp"

#include <charconv>
#include <utility>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace edgeward::anchoring {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr BackoffSettings patience_after_trouble{500ms, 15s};
constexpr unsigned taken = 200;
constexpr unsigned conflicting = 409;
constexpr unsigned unproven = 422;

std::string counted(std::uint64_t records) {
    return std::to_string(records) + (records == 1 ? " record" : " records");
}

}  // namespace

WitnessFlow::WitnessFlow(const WitnessSettings& settings, WitnessMemory memory, Parts parts)
    : settings_(settings),
      parts_(std::move(parts)),
      backoff_(patience_after_trouble),
      timer_(parts_.executor),
      memory_(std::move(memory)),
      agreed_(memory_.tree),
      size_(parts_.metrics.gauge("edgeward_witness_cosigned_records",
                                 "Audit records the newest cosigned checkpoint covers.")) {
    size_.set(static_cast<double>(memory_.tree.size()));
}

asio::awaitable<void> WitnessFlow::run() {
    while (!stopping_) {
        auto working = round();
        const auto done = co_await std::move(working);
        if (stopping_) co_return;
        auto wait = settings_.interval;
        if (!done) {
            parts_.watch.trouble(done.error());
            wait = backoff_.next(parts_.random);
        }
        timer_.expires_after(wait);
        boost::system::error_code ignored;
        co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
}

void WitnessFlow::stop() {
    stopping_ = true;
    timer_.cancel();
    parts_.link->close();
}

asio::awaitable<Result<bool>> WitnessFlow::round() {
    const auto chain = parts_.trail.chain();
    if (!chain) co_return failure(chain.error());
    if (chain->sequence < agreed_.size()) {
        parts_.watch.contradicted("the witness knows " + counted(agreed_.size()) + ", the log has " +
                                  std::to_string(chain->sequence));
        // It is asked all the same: what it knows may have been settled there.
        agreed_ = audit::MerkleTree();
    }
    const bool due = !shown_ || parts_.clock.monotonic() - cosigned_at_ >= settings_.heartbeat;
    if (chain->checkpoint == agreed_.size() && !due) co_return false;
    auto checkpoint = next_checkpoint(*chain);
    if (!checkpoint) co_return failure(Error(checkpoint.error()).during("read the audit log"));
    if (checkpoint->note.empty()) co_return false;
    auto showing = show(std::move(*checkpoint), agreed_.size());
    auto shown = co_await std::move(showing);
    co_return shown;
}

// While it is not known what the witness has seen, the newest checkpoint asks it without a proof: either
// nothing was seen, and none is needed, or the answer says how much.
Result<ProvenCheckpoint> WitnessFlow::next_checkpoint(const store::ChainState& chain) {
    if (agreed_.size() > 0) return prove_from(parts_.trail, agreed_, stopping_);
    ProvenCheckpoint asking;
    asking.size = chain.checkpoint;
    asking.note = chain.checkpoint_note;
    return asking;
}

asio::awaitable<Result<bool>> WitnessFlow::show(ProvenCheckpoint checkpoint, std::uint64_t old_size) {
    audit::WitnessRequest request;
    request.old_size = old_size;
    request.proof = checkpoint.proof;
    request.note = checkpoint.note;
    auto asking = parts_.link->ask(to_text(request));
    const auto answer = co_await std::move(asking);
    if (!answer) co_return failure(answer.error());
    if (answer->status == taken) co_return keep(std::move(checkpoint), answer->body);
    if (answer->status == conflicting) co_return conflict(answer->body, old_size);
    if (answer->status == unproven) {
        parts_.watch.contradicted("the log of " + counted(checkpoint.size) + " does not go on from the " +
                                  counted(old_size) + " the witness knows");
        agreed_ = audit::MerkleTree();
    }
    auto refused =
        failure(ErrorKind::rejected, "the witness answered with status " + std::to_string(answer->status));
    co_return refused;
}

// The witness knows another size than was said: from there on, when the log has that.
Result<bool> WitnessFlow::conflict(const std::string& body, std::uint64_t asked) {
    std::uint64_t known = 0;
    const auto [end, error] = std::from_chars(body.data(), body.data() + body.size(), known);
    if (error != std::errc() || std::string_view(end, body.data() + body.size()) != "\n" || known == asked) {
        parts_.watch.contradicted("the witness knows another log of " + counted(asked));
        return failure(ErrorKind::rejected, "the witness knows another log of this size");
    }
    auto tree = tree_at(parts_.trail, known, memory_.tree, stopping_);
    if (tree) {
        agreed_ = *std::move(tree);
        return true;  // asked again at once
    }
    if (tree.error().kind != ErrorKind::invalid_input) return failure(std::move(tree.error()));
    const auto chain = parts_.trail.chain();
    if (!chain) return failure(chain.error());
    parts_.watch.contradicted("the witness knows " + counted(known) + ", the log has " +
                              std::to_string(chain->sequence));
    return failure(ErrorKind::rejected, "the witness knows more records than the log has");
}

// What was shown without a proof came without its tree.
Result<void> WitnessFlow::complete_tree(ProvenCheckpoint& checkpoint) {
    if (checkpoint.tree.size() == checkpoint.size) return {};
    return tree_at(parts_.trail, checkpoint.size, {}, stopping_)
        .map([&](audit::MerkleTree&& tree) { checkpoint.tree = std::move(tree); })
        .map_error([](Error&& error) { return std::move(error).during("read the audit log"); });
}

Result<bool> WitnessFlow::keep(ProvenCheckpoint checkpoint, const std::string& answer) {
    auto cosigned = audit::add_cosignature(checkpoint.note, answer, parts_.witness);
    if (!cosigned) return failure(std::move(cosigned.error()).during("answer of the witness"));
    if (auto complete = complete_tree(checkpoint); !complete) return failure(std::move(complete.error()));
    WitnessMemory next{checkpoint.tree, *std::move(cosigned)};
    if (auto written = write_witness_memory(parts_.memory_file, next); !written)
        return failure(std::move(written.error()).during("keep what the witness signed"));
    memory_ = std::move(next);
    agreed_ = std::move(checkpoint.tree);
    shown_ = true;
    backoff_.reset();
    cosigned_at_ = parts_.clock.monotonic();
    size_.set(static_cast<double>(agreed_.size()));
    parts_.watch.contradiction_over();
    parts_.watch.well();
    return true;
}

}  // namespace edgeward::anchoring
