#include "payload_parser.hpp"

#include <algorithm>

namespace edgeward::backup {
namespace {

constexpr std::uint8_t part_tag = 1;
constexpr std::uint8_t end_tag = 0;
constexpr std::size_t longest_name = 200;
constexpr std::size_t most_parts = 10'000;
constexpr std::size_t longest_manifest = std::size_t{4} << 20U;

tl::unexpected<Error> malformed(const char* what) {
    return failure(ErrorKind::invalid_input, std::string("the content of the backup is malformed: ") + what);
}

}  // namespace

bool is_part_name(std::string_view name) {
    if (name.empty() || name.size() > longest_name || name.back() == '/') return false;
    char before = '/';
    for (const char c : name) {
        const bool letter =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        if (!letter && c != '-' && c != '.' && c != '/') return false;
        if (!letter && before == '/') return false;  // no empty component, none that begins with a sign
        before = c;
    }
    return true;
}

Bytes part_head(const std::string& name, std::uint64_t size) {
    Bytes head{part_tag, static_cast<std::uint8_t>(name.size())};
    const ByteView octets = bytes_of(name);
    head.insert(head.end(), octets.begin(), octets.end());
    append_big_endian(head, size, 8);
    return head;
}

Bytes payload_end(std::string_view manifest, const crypto::Signature& signature) {
    Bytes end{end_tag};
    append_big_endian(end, manifest.size(), 4);
    const ByteView octets = bytes_of(manifest);
    end.insert(end.end(), octets.begin(), octets.end());
    end.insert(end.end(), signature.begin(), signature.end());
    return end;
}

void PayloadParser::await(State state, std::size_t octets) {
    state_ = state;
    wanted_ = octets;
    field_.clear();
}

Result<void> PayloadParser::feed(ByteView octets) {
    while (!octets.empty()) {
        if (state_ == State::ended) return malformed("something follows the signature");
        if (state_ == State::content) {
            if (auto taken = take_content(octets); !taken) return taken;
            continue;
        }
        const std::size_t count = std::min(octets.size(), wanted_ - field_.size());
        field_.insert(field_.end(), octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(count));
        octets = octets.subspan(count);
        if (field_.size() < wanted_) return {};
        if (auto advanced = advance(); !advanced) return advanced;
    }
    return {};
}

Result<void> PayloadParser::take_content(ByteView& octets) {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(octets.size(), left_));
    const ByteView piece = octets.first(count);
    octets = octets.subspan(count);
    hash_.add(piece);
    if (sink_) {
        if (auto taken = sink_(piece); !taken) return taken;
    }
    left_ -= count;
    return left_ == 0 ? end_part() : Result<void>();
}

Result<void> PayloadParser::advance() {
    switch (state_) {
        case State::tag:
            if (field_.front() == end_tag)
                await(State::manifest_size, 4);
            else if (field_.front() == part_tag)
                await(State::name_length, 1);
            else
                return malformed("neither a part nor the manifest");
            return {};
        case State::name_length:
            if (field_.front() == 0 || parts_.size() == most_parts)
                return malformed("a part without a name, or too many");
            await(State::name, field_.front());
            return {};
        case State::name:
            if (!is_part_name(text_of(field_))) return malformed("the name of a part");
            parts_.push_back({std::string(text_of(field_)), 0, {}, false});
            await(State::size, 8);
            return {};
        case State::size:
            return begin_part();
        case State::manifest_size:
            if (big_endian(field_) == 0 || big_endian(field_) > longest_manifest)
                return malformed("the size of the manifest");
            await(State::manifest, static_cast<std::size_t>(big_endian(field_)));
            return {};
        case State::manifest:
            manifest_ = text_of(field_);
            await(State::signature, signature_.size());
            return {};
        case State::signature:
            std::ranges::copy(field_, signature_.begin());
            await(State::ended, 0);
            return {};
        case State::content:
        case State::ended:
            break;
    }
    return malformed("its order");
}

Result<void> PayloadParser::begin_part() {
    PartFacts& part = parts_.back();
    part.size = left_ = big_endian(field_);
    const auto same = [&](const PartFacts& other) { return &other != &part && other.name == part.name; };
    if (std::ranges::any_of(parts_, same)) return malformed("a part comes twice");
    auto sink = choose_(part.name, part.size);
    if (!sink) return failure(std::move(sink.error()));
    sink_ = *std::move(sink);
    await(State::content, 0);
    return left_ == 0 ? end_part() : Result<void>();
}

Result<void> PayloadParser::end_part() {
    parts_.back().sha256 = hash_.finish();
    sink_ = {};
    await(State::tag, 1);
    return {};
}

Result<void> PayloadParser::finish() const {
    if (state_ == State::ended) return {};
    return malformed("it breaks off");
}

}  // namespace edgeward::backup
