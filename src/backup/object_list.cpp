#include "object_list.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "container_reader.hpp"
#include "part_names.hpp"

namespace edgeward::backup {
namespace {

constexpr std::size_t most_octets = std::size_t{256} << 20U;  // two million objects
constexpr std::size_t parts_before_list = 2;                  // erasures, keyring
constexpr std::string_view removed = "removed";
constexpr std::string_view lost = "lost";

template <typename Octets>
bool read_octets(std::string_view hex, Octets& into) {
    Bytes octets;
    if (!from_hex(hex, octets) || octets.size() != into.size()) return false;
    std::ranges::copy(octets, into.begin());
    return to_hex(into) == hex;  // in one way only
}

std::optional<ListedObject> read_facts(std::string_view text) {
    ListedObject listed;
    if (text == removed || text == lost) {
        listed.state = text == lost ? ObjectState::lost : ObjectState::removed;
        return listed;
    }
    const auto space = text.find(' ');
    if (space == std::string_view::npos) return std::nullopt;
    const auto digits = text.substr(0, space);
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), listed.size);
    if (read.ec != std::errc() || std::to_string(listed.size) != digits) return std::nullopt;
    if (!read_octets(text.substr(space + 1), listed.sha256)) return std::nullopt;
    return listed;
}

}  // namespace

ObjectFacts facts_of(const ObjectList& list) {
    ObjectFacts facts;
    for (const auto& [name, listed] : list) {
        facts.removed += listed.state == ObjectState::removed ? 1 : 0;
        facts.lost += listed.state == ObjectState::lost ? 1 : 0;
        if (listed.state != ObjectState::kept) continue;
        ++facts.files;
        facts.octets += listed.size;
    }
    return facts;
}

std::string write_object_list(const ObjectList& list) {
    std::string text;
    for (const auto& [name, listed] : list) {
        text.append(to_hex(name)).append(1, ' ');
        if (listed.state == ObjectState::kept)
            text.append(std::to_string(listed.size)).append(1, ' ').append(to_hex(listed.sha256));
        else
            text.append(listed.state == ObjectState::lost ? lost : removed);
        text.append(1, '\n');
    }
    return text;
}

Result<ObjectList> parse_object_list(std::string_view text) {
    const auto malformed = [] {
        return failure(ErrorKind::invalid_input, "the list of objects in the backup is malformed");
    };
    ObjectList list;
    while (!text.empty()) {
        const auto end = text.find('\n');
        if (end == std::string_view::npos) return malformed();
        const auto line = text.substr(0, end);
        text.remove_prefix(end + 1);
        const auto space = std::min(line.find(' '), line.size());
        model::ObjectName name{};
        if (space == line.size() || !read_octets(line.substr(0, space), name)) return malformed();
        const auto listed = read_facts(line.substr(space + 1));
        if (!listed || (!list.empty() && list.rbegin()->first >= name)) return malformed();
        list.emplace_hint(list.end(), name, *listed);
    }
    return list;
}

Result<ObjectList> read_object_list(const std::filesystem::path& file, const Unlocking& unlocking) {
    auto reader = ContainerReader::open(file, unlocking);
    if (!reader) return failure(std::move(reader.error()));
    if (reader->header().version < 2) return ObjectList();
    std::string text;
    auto read = reader->read_beginning(
        [&text](const std::string& name, std::uint64_t size) -> Result<PartSink> {
            if (name != part_name::objects) return PartSink();
            if (size > most_octets)
                return failure(ErrorKind::invalid_input, "the list of objects in the backup is too long");
            return PartSink([&text](ByteView octets) {
                text.append(text_of(octets));
                return Result<void>();
            });
        },
        parts_before_list + 1);
    if (!read) return failure(std::move(read.error()));
    return parse_object_list(text);
}

}  // namespace edgeward::backup
