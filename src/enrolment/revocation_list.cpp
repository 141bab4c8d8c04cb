#include "revocation_list.hpp"

#include <algorithm>

#include <edgeward/core/file.hpp>

namespace edgeward::enrolment {
namespace {

using std::chrono::hours;

constexpr hours oldest{24};
constexpr hours kept_after_end{24};  // RFC 5280 §3.3: at least on one list after its validity
constexpr unsigned mode = 0644;

}  // namespace

Result<void> RevocationList::look_back(Instant now,
                                       const std::function<Result<void>(const std::string& device)>& tell) {
    const auto lists = read_file(file_);
    if (!lists) return {};  // the first time; one that cannot be read cannot be written either
    const auto serials = crypto::revoked_serials(*lists, authority_);
    if (!serials) return failure(serials.error());
    for (const auto& serial : *serials) {
        const auto issued = book_.certificate_of_serial(serial);
        if (!issued) return failure(issued.error());
        if (!*issued) beyond_book_.push_back(serial);
        if (!*issued || (**issued).revoked) continue;
        const std::string& device = (**issued).device;
        if (auto told = tell(device); !told) return told;
        if (auto done = book_.revoke(device, now); !done) return failure(std::move(done.error()));
    }
    return {};
}

Result<void> RevocationList::publish(Instant now) {
    if (file_.empty()) return {};
    const auto revoked = book_.revoked_after(now - kept_after_end);
    if (!revoked) return failure(revoked.error());
    // Of two lists the broker takes the one that says it is newer; it counts in seconds.
    const Instant from = std::max(now, published_ + std::chrono::seconds(1));
    auto list = crypto::make_revocation_list(authority_, *revoked, from, list_lifetime, beyond_book_);
    if (!list) return failure(std::move(list.error()));
    list->append(further_);
    if (auto written = write_file_durably(file_, bytes_of(*list), mode); !written) return written;
    published_ = from;
    behind_ = false;
    return {};
}

Result<void> RevocationList::keep_fresh(Instant now) {
    return behind_ || now - published_ > oldest ? publish(now) : Result<void>();
}

}  // namespace edgeward::enrolment
