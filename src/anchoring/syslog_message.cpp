#include "syslog_message.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>

namespace edgeward::anchoring {
namespace {

// Facility 10 (security/authorization): severity 5 (notice), 4 (warning). IHE ITI-20.
constexpr std::string_view notice = "<85>1 ";
constexpr std::string_view warning = "<84>1 ";
constexpr std::size_t longest_host = 255;  // RFC 5424, 6.2.4

std::string head_of(std::string_view priority, Instant time, std::string_view kind,
                    const SyslogOrigin& origin) {
    std::string text(priority);
    text.append(to_rfc3339(time)).append(" ").append(origin.host.empty() ? "-" : origin.host);
    text.append(" edgeward ").append(origin.process).append(" ").append(kind);
    text.append(" [edgeward@").append(std::to_string(origin.enterprise_number));
    return text.append(" origin=\"").append(origin.source.origin).append("\"");
}

}  // namespace

SyslogOrigin syslog_origin(std::uint32_t enterprise_number, std::string site) {
    SyslogOrigin origin;
    std::array<char, longest_host + 1> name{};
    if (::gethostname(name.data(), name.size() - 1) == 0) origin.host = name.data();
    if (!std::ranges::all_of(origin.host, [](char c) { return c > ' ' && c <= '~'; })) origin.host.clear();
    origin.process = std::to_string(::getpid());
    origin.enterprise_number = enterprise_number;
    origin.source.site = std::move(site);
    return origin;
}

std::string syslog_message(const audit::Record& record, const SyslogOrigin& origin) {
    const bool success = record.event.outcome == audit::Outcome::success;
    std::string text = head_of(success ? notice : warning, record.time, "IHE+RFC-3881", origin);
    text.append(" sequence=\"").append(std::to_string(record.sequence));
    text.append("\" digest=\"").append(to_hex(record.digest)).append("\"] ");
    return text.append(audit_message(record, origin.source));
}

std::string syslog_checkpoint(std::string_view note, std::uint64_t size, Instant now,
                              const SyslogOrigin& origin) {
    std::string text = head_of(notice, now, "CHECKPOINT", origin);
    text.append(" size=\"").append(std::to_string(size));
    text.append("\" note=\"").append(to_base64(bytes_of(note)));
    return text.append("\"] audit log signed with ").append(std::to_string(size)).append(" records");
}

}  // namespace edgeward::anchoring
