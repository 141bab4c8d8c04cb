#include "zone_file.hpp"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <string>

#include <edgeward/core/file.hpp>

namespace edgeward {
namespace {

constexpr std::size_t header_size = 44;
constexpr std::size_t type_size = 6;
constexpr std::size_t largest_file = std::size_t{1} << 20U;

std::int64_t signed_big_endian(ByteView octets) noexcept {
    // The sign of the first octet carries on into the wider type.
    std::int64_t value = octets[0] < 0x80 ? 0 : -1;
    for (const std::uint8_t octet : octets)
        value = value * 256 + octet;
    return value;
}

// RFC 8536 §3.1: magic, version, 15 reserved octets, six counts.
struct Header {
    char version = 0;
    std::size_t utc_flags = 0;
    std::size_t standard_flags = 0;
    std::size_t leap_seconds = 0;
    std::size_t times = 0;
    std::size_t types = 0;
    std::size_t name_octets = 0;

    [[nodiscard]] std::size_t data_size(std::size_t time_size) const noexcept {
        return times * time_size + times + types * type_size + name_octets + leap_seconds * (time_size + 4) +
               standard_flags + utc_flags;
    }
};

std::optional<Header> read_header(ByteView octets) {
    if (octets.size() < header_size || text_of(octets.first(4)) != "TZif") return std::nullopt;
    const auto count = [&](std::size_t index) {
        return static_cast<std::size_t>(signed_big_endian(octets.subspan(20 + index * 4, 4)) & 0xFFFFFFFF);
    };
    Header header{static_cast<char>(octets[4]), count(0), count(1), count(2), count(3), count(4), count(5)};
    const bool sane = header.types > 0 && header.types <= 256 && header.times <= largest_file &&
                      header.name_octets <= largest_file && header.leap_seconds == 0 &&
                      header.standard_flags <= 256 && header.utc_flags <= 256;
    if (!sane) return std::nullopt;
    return header;
}

tl::unexpected<Error> not_understood() {
    return failure(ErrorKind::corrupt, "time zone file is damaged or of an unknown form");
}

bool is_zone_name(std::string_view name) {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '-' || c == '+' || c == '/';
    };
    return !name.empty() && name.size() <= 64 && name.front() != '/' &&
           std::all_of(name.begin(), name.end(), allowed);
}

}  // namespace

// Builds a ZoneFile from the data block of one version.
class ZoneReader {
public:
    static Result<ZoneFile> read(const Header& header, ByteView block, std::size_t time_size) {
        ZoneFile zone;
        const ByteView times = block.first(header.times * time_size);
        const ByteView indexes = block.subspan(times.size(), header.times);
        const ByteView types = block.subspan(times.size() + indexes.size(), header.types * type_size);
        const auto offset_of = [&](std::size_t type) {
            return static_cast<int>(signed_big_endian(types.subspan(type * type_size, 4)));
        };
        zone.first_offset_ = offset_of(0);
        for (std::size_t i = 0; i < header.times; ++i) {
            const std::int64_t time = signed_big_endian(times.subspan(i * time_size, time_size));
            if (indexes[i] >= header.types) return not_understood();
            if (i > 0 && time <= zone.transitions_.back()) return not_understood();
            zone.transitions_.push_back(time);
            zone.offsets_after_.push_back(offset_of(indexes[i]));
        }
        for (std::size_t type = 0; type < header.types; ++type)
            zone.all_offsets_.push_back(offset_of(type));
        return zone;
    }

    // RFC 8536 §3.3: the rule between two line feeds; empty when there is none.
    static Result<void> read_footer(ZoneFile& zone, ByteView octets) {
        const std::string_view text = text_of(octets);
        const auto end = text.find('\n', 1);
        if (!text.starts_with('\n') || end == std::string_view::npos) return not_understood();
        if (end == 1) return {};
        zone.rule_ = ZoneRule::parse(text.substr(1, end - 1));
        if (!zone.rule_) return not_understood();
        for (const int offset : zone.rule_->offsets())
            zone.all_offsets_.push_back(offset);
        return {};
    }

    static void order_offsets(ZoneFile& zone) {
        auto& offsets = zone.all_offsets_;
        std::sort(offsets.begin(), offsets.end(), std::greater<>());
        offsets.erase(std::unique(offsets.begin(), offsets.end()), offsets.end());
    }

    static Result<ZoneFile> read_version_1(const Header& header, ByteView octets) {
        auto zone = read(header, octets.subspan(header_size), 4);
        if (zone) order_offsets(*zone);
        return zone;
    }

    static Result<ZoneFile> read_version_2(ByteView octets) {
        const auto header = read_header(octets);
        if (!header || octets.size() < header_size + header->data_size(8)) return not_understood();
        auto zone = read(*header, octets.subspan(header_size), 8);
        if (!zone) return zone;
        const auto footer = read_footer(*zone, octets.subspan(header_size + header->data_size(8)));
        if (!footer) return failure(footer.error());
        order_offsets(*zone);
        return zone;
    }

    static ZoneFile utc() {
        ZoneFile zone;
        zone.all_offsets_ = {0};
        return zone;
    }
};

Result<ZoneFile> ZoneFile::parse(ByteView octets) {
    if (octets.size() > largest_file) return not_understood();
    const auto header = read_header(octets);
    if (!header || octets.size() < header_size + header->data_size(4)) return not_understood();
    if (header->version == 0) return ZoneReader::read_version_1(*header, octets);
    return ZoneReader::read_version_2(octets.subspan(header_size + header->data_size(4)));
}

int ZoneFile::offset_at(std::int64_t utc) const noexcept {
    if (rule_ && (transitions_.empty() || utc >= transitions_.back())) return rule_->offset_at(utc);
    const auto after = std::upper_bound(transitions_.begin(), transitions_.end(), utc);
    if (after == transitions_.begin()) return first_offset_;
    return offsets_after_[static_cast<std::size_t>(after - transitions_.begin()) - 1];
}

std::optional<std::int64_t> ZoneFile::first_utc_of(std::int64_t local) const noexcept {
    for (const int offset : all_offsets_) {
        if (offset_at(local - offset) == offset) return local - offset;
    }
    return std::nullopt;
}

Result<const ZoneFile*> find_zone(std::string_view name) {
    static const ZoneFile utc = ZoneReader::utc();
    if (name == "UTC") return &utc;
    if (!is_zone_name(name)) return failure(ErrorKind::misconfigured, "not the name of a time zone");

    static std::mutex mutex;
    static std::map<std::string, ZoneFile, std::less<>> known;  // entries stay where they are
    const std::lock_guard lock(mutex);
    if (const auto found = known.find(name); found != known.end()) return &found->second;

    const auto path = std::filesystem::path("/usr/share/zoneinfo") / name;
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored)) {
        return failure(ErrorKind::misconfigured,
                       "time zone " + std::string(name) + " is not in /usr/share/zoneinfo (package tzdata)");
    }
    const auto octets = read_file(path, largest_file);
    if (!octets) return failure(octets.error());
    auto zone = ZoneFile::parse(bytes_of(*octets));
    if (!zone) return failure(std::move(zone).error().during("read time zone " + std::string(name)));
    return &known.emplace(name, *std::move(zone)).first->second;
}

}  // namespace edgeward
