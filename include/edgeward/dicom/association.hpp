#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/result.hpp>

// What two DICOM nodes say to each other before and around messages: PDUs of PS3.8 section 9.3. Pure.
//
//   PDU = type (1) ‖ 00 ‖ length (4, big-endian) ‖ body
//
// Readers: invalid_input when the octets are not such a body.
namespace edgeward::dicom {

enum class PduType : std::uint8_t {
    associate_request = 1,
    associate_accept,
    associate_reject,
    data,
    release_request,
    release_reply,
    abort,
};
inline constexpr std::size_t pdu_head_size = 6;
struct PduHead {
    PduType type = PduType::abort;
    std::uint32_t length = 0;  // of the body
};
Result<PduHead> read_pdu_head(ByteView octets);

inline constexpr std::string_view verification_class = "1.2.840.10008.1.1";
// Storage SOP classes of the standard stand under these arcs (PS3.4 annex B.5).
bool is_storage_class(std::string_view uid) noexcept;

struct Context {
    std::uint8_t id = 0;  // odd
    std::string abstract_syntax;
    std::vector<std::string> transfer_syntaxes;
};
// Which sides of a SOP class the requestor wants to take, or may take (PS3.7 annex D.3.3.4). Without one it
// is the user, and the acceptor the provider.
struct RoleSelection {
    std::string sop_class;
    bool user = true;
    bool provider = false;
    friend bool operator==(const RoleSelection&, const RoleSelection&) = default;
};
struct AssociateRequest {
    std::string called;  // AE titles, without padding
    std::string calling;
    std::vector<Context> contexts;
    std::uint32_t largest_pdu = 0;  // octets of a body the sender takes; 0: any
    std::vector<RoleSelection> roles = {};
};
Result<AssociateRequest> read_associate_request(ByteView body);
Bytes write_associate_request(const AssociateRequest& request);

// PS3.8 table 9-18.
enum class ContextResult : std::uint8_t {
    accepted,
    user_rejection,
    no_reason,
    abstract_syntax,
    transfer_syntaxes
};
struct ContextAnswer {
    std::uint8_t id = 0;
    ContextResult result = ContextResult::accepted;
    std::string transfer_syntax;
};
struct AssociateAccept {
    std::vector<ContextAnswer> contexts;
    std::uint32_t largest_pdu = 0;
    std::vector<RoleSelection> roles = {};
};
Result<AssociateAccept> read_associate_accept(ByteView body);
// `request`: whose titles are given back.
Bytes write_associate_accept(const AssociateAccept& accept, const AssociateRequest& request);

// PS3.8 table 9-21.
struct AssociateReject {
    std::uint8_t result = 1;  // 1 permanent, 2 transient
    std::uint8_t source = 1;
    std::uint8_t reason = 1;
    friend bool operator==(const AssociateReject&, const AssociateReject&) = default;
};
inline constexpr AssociateReject calling_title_unknown{1, 1, 3};
inline constexpr AssociateReject called_title_unknown{1, 1, 7};
inline constexpr AssociateReject context_name_unknown{1, 1, 2};
inline constexpr AssociateReject local_limit{2, 3, 2};
Result<AssociateReject> read_associate_reject(ByteView body);
Bytes write_associate_reject(const AssociateReject& reject);

Bytes write_release_request();
Bytes write_release_reply();
Bytes write_abort();

// A piece of a message. `data` points into the body it was read from.
struct Fragment {
    std::uint8_t context = 0;
    bool command = false;
    bool last = false;
    ByteView data;
};
Result<std::vector<Fragment>> read_fragments(ByteView body);
// One data PDU with one fragment in it.
void append_fragment(Bytes& out, const Fragment& fragment);
// What of a PDU that the peer takes is left for the data of one fragment.
std::size_t room_of(std::uint32_t largest_pdu) noexcept;

}  // namespace edgeward::dicom
