#include <edgeward/dicom/association.hpp>

#include <algorithm>
#include <array>

#include <edgeward/core/octet_reader.hpp>
#include <edgeward/dicom/object.hpp>

#include "implementation.hpp"

namespace edgeward::dicom {
namespace {

constexpr std::string_view application_context = "1.2.840.10008.3.1.1.1";
constexpr std::size_t title_size = 16;
constexpr std::size_t fragment_head = 6;
constexpr std::size_t most_contexts = 128;           // odd numbers of one octet
constexpr std::size_t most_transfer_syntaxes = 128;  // more than there are
constexpr std::size_t own_room = std::size_t{64} << 10U;

enum Item : std::uint8_t {
    application_context_item = 0x10,
    proposed_context = 0x20,
    answered_context = 0x21,
    abstract_syntax_item = 0x30,
    transfer_syntax_item = 0x40,
    user_information = 0x50,
    largest_pdu_item = 0x51,
    implementation_class_item = 0x52,
    role_selection_item = 0x54,
    implementation_version_item = 0x55,
};

tl::unexpected<Error> malformed() {
    return failure(ErrorKind::invalid_input, "not a PDU of PS3.8");
}

std::string_view without_padding(std::string_view text) {
    while (!text.empty() && (text.back() == ' ' || text.back() == '\0'))
        text.remove_suffix(1);
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    return text;
}

// Calls `each` with type and content of the items one after the other; false when they do not fit.
template <typename Each>
bool read_items(ByteView octets, Each each) {
    OctetReader in(octets);
    while (in.left() > 0) {
        const auto type = static_cast<std::uint8_t>(in.number(1));
        (void)in.number(1);
        const ByteView content = in.take(static_cast<std::size_t>(in.number(2)));
        if (!in.sound() || !each(type, content)) return false;
    }
    return in.sound();
}

bool read_uid(ByteView octets, std::string& into) {
    into = without_padding(text_of(octets));
    return is_uid(into);
}

bool read_role(ByteView octets, RoleSelection& role) {
    OctetReader in(octets);
    const ByteView uid = in.take(static_cast<std::size_t>(in.number(2)));
    role.user = in.number(1) == 1;
    role.provider = in.number(1) == 1;
    return in.complete() && read_uid(uid, role.sop_class);
}

bool read_user_information(ByteView octets, std::uint32_t& largest_pdu, std::vector<RoleSelection>& roles) {
    return read_items(octets, [&](std::uint8_t type, ByteView content) {
        if (type == role_selection_item)
            return roles.size() < most_contexts && read_role(content, roles.emplace_back());
        if (type != largest_pdu_item) return true;
        if (content.size() != 4) return false;
        largest_pdu = static_cast<std::uint32_t>(big_endian(content));
        return true;
    });
}

bool read_proposed(ByteView octets, Context& context) {
    OctetReader in(octets);
    context.id = static_cast<std::uint8_t>(in.number(1));
    (void)in.take(3);
    if (!in.sound() || context.id % 2 == 0) return false;
    const bool read = read_items(in.rest(), [&](std::uint8_t type, ByteView content) {
        if (type == abstract_syntax_item) return read_uid(content, context.abstract_syntax);
        if (type != transfer_syntax_item) return true;
        return context.transfer_syntaxes.size() < most_transfer_syntaxes &&
               read_uid(content, context.transfer_syntaxes.emplace_back());
    });
    return read && !context.abstract_syntax.empty() && !context.transfer_syntaxes.empty();
}

bool read_answered(ByteView octets, ContextAnswer& context) {
    OctetReader in(octets);
    context.id = static_cast<std::uint8_t>(in.number(1));
    (void)in.number(1);
    const auto result = in.number(1);
    (void)in.number(1);
    if (!in.sound() || result > 4) return false;
    context.result = static_cast<ContextResult>(result);
    // Of a context that was refused it says nothing, and may be anything.
    const bool read = read_items(in.rest(), [&](std::uint8_t type, ByteView content) {
        if (type == transfer_syntax_item && context.result == ContextResult::accepted)
            return read_uid(content, context.transfer_syntax);
        return true;
    });
    return read && (context.result != ContextResult::accepted || !context.transfer_syntax.empty());
}

// Version, titles and what is reserved; gives the items.
bool read_fixed(ByteView body, std::string& called, std::string& calling, ByteView& items) {
    OctetReader in(body);
    const auto version = in.number(2);
    (void)in.number(2);
    called = without_padding(text_of(in.take(title_size)));
    calling = without_padding(text_of(in.take(title_size)));
    (void)in.take(32);
    items = in.rest();
    return in.sound() && (version & 1U) != 0;
}

void append_text(Bytes& out, std::string_view text) {
    out.insert(out.end(), text.begin(), text.end());
}

void append_item(Bytes& out, Item type, ByteView content) {
    out.push_back(type);
    out.push_back(0);
    append_big_endian(out, content.size(), 2);
    out.insert(out.end(), content.begin(), content.end());
}

void append_title(Bytes& out, std::string_view title) {
    std::string padded(title.substr(0, title_size));
    padded.resize(title_size, ' ');
    append_text(out, padded);
}

Bytes fixed_of(std::string_view called, std::string_view calling) {
    Bytes body{0, 1, 0, 0};
    append_title(body, called);
    append_title(body, calling);
    body.resize(body.size() + 32);
    append_item(body, application_context_item, bytes_of(application_context));
    return body;
}

void append_user_information(Bytes& body, std::uint32_t largest_pdu,
                             const std::vector<RoleSelection>& roles) {
    Bytes largest;
    append_big_endian(largest, largest_pdu, 4);
    Bytes information;
    append_item(information, largest_pdu_item, largest);
    append_item(information, implementation_class_item, bytes_of(implementation_class));
    for (const auto& role : roles) {
        Bytes content;
        append_big_endian(content, role.sop_class.size(), 2);
        append_text(content, role.sop_class);
        content.push_back(role.user ? 1 : 0);
        content.push_back(role.provider ? 1 : 0);
        append_item(information, role_selection_item, content);
    }
    append_item(information, implementation_version_item, bytes_of(implementation_version));
    append_item(body, user_information, information);
}

Bytes pdu_of(PduType type, ByteView body) {
    Bytes pdu{static_cast<std::uint8_t>(type), 0};
    append_big_endian(pdu, body.size(), 4);
    pdu.insert(pdu.end(), body.begin(), body.end());
    return pdu;
}

}  // namespace

Result<PduHead> read_pdu_head(ByteView octets) {
    if (octets.size() != pdu_head_size || octets[0] < 1 || octets[0] > 7) return malformed();
    return PduHead{static_cast<PduType>(octets[0]), static_cast<std::uint32_t>(big_endian(octets.last(4)))};
}

bool is_storage_class(std::string_view uid) noexcept {
    constexpr std::array<std::string_view, 3> arcs{"1.2.840.10008.5.1.4.1.1.", "1.2.840.10008.5.1.4.34.7",
                                                   "1.2.840.10008.5.1.4.43.1"};
    return std::ranges::any_of(arcs, [&](std::string_view arc) { return uid.starts_with(arc); });
}

Result<AssociateRequest> read_associate_request(ByteView body) {
    AssociateRequest request;
    ByteView items;
    if (!read_fixed(body, request.called, request.calling, items)) return malformed();
    const bool read = read_items(items, [&](std::uint8_t type, ByteView content) {
        if (type == user_information)
            return read_user_information(content, request.largest_pdu, request.roles);
        if (type == application_context_item) return without_padding(text_of(content)) == application_context;
        if (type != proposed_context) return true;
        return request.contexts.size() < most_contexts &&
               read_proposed(content, request.contexts.emplace_back());
    });
    if (!read) return malformed();
    return request;
}

Bytes write_associate_request(const AssociateRequest& request) {
    Bytes body = fixed_of(request.called, request.calling);
    for (const auto& context : request.contexts) {
        Bytes content{context.id, 0, 0, 0};
        append_item(content, abstract_syntax_item, bytes_of(context.abstract_syntax));
        for (const auto& syntax : context.transfer_syntaxes)
            append_item(content, transfer_syntax_item, bytes_of(syntax));
        append_item(body, proposed_context, content);
    }
    append_user_information(body, request.largest_pdu, request.roles);
    return pdu_of(PduType::associate_request, body);
}

Result<AssociateAccept> read_associate_accept(ByteView body) {
    AssociateAccept accept;
    std::string called;
    std::string calling;
    ByteView items;
    if (!read_fixed(body, called, calling, items)) return malformed();
    const bool read = read_items(items, [&](std::uint8_t type, ByteView content) {
        if (type == user_information) return read_user_information(content, accept.largest_pdu, accept.roles);
        if (type != answered_context) return true;
        return accept.contexts.size() < most_contexts &&
               read_answered(content, accept.contexts.emplace_back());
    });
    if (!read) return malformed();
    return accept;
}

Bytes write_associate_accept(const AssociateAccept& accept, const AssociateRequest& request) {
    Bytes body = fixed_of(request.called, request.calling);
    for (const auto& context : accept.contexts) {
        Bytes content{context.id, 0, static_cast<std::uint8_t>(context.result), 0};
        append_item(content, transfer_syntax_item, bytes_of(context.transfer_syntax));
        append_item(body, answered_context, content);
    }
    append_user_information(body, accept.largest_pdu, accept.roles);
    return pdu_of(PduType::associate_accept, body);
}

Result<AssociateReject> read_associate_reject(ByteView body) {
    if (body.size() != 4) return malformed();
    return AssociateReject{body[1], body[2], body[3]};
}

Bytes write_associate_reject(const AssociateReject& reject) {
    return pdu_of(PduType::associate_reject, Bytes{0, reject.result, reject.source, reject.reason});
}

Bytes write_release_request() {
    return pdu_of(PduType::release_request, Bytes(4));
}

Bytes write_release_reply() {
    return pdu_of(PduType::release_reply, Bytes(4));
}

Bytes write_abort() {
    return pdu_of(PduType::abort, Bytes(4));
}

Result<std::vector<Fragment>> read_fragments(ByteView body) {
    std::vector<Fragment> fragments;
    OctetReader in(body);
    while (in.left() > 0) {
        const auto length = static_cast<std::size_t>(in.number(4));
        if (length < 2) return malformed();
        Fragment fragment;
        fragment.context = static_cast<std::uint8_t>(in.number(1));
        const auto control = in.number(1);
        fragment.command = (control & 1U) != 0;
        fragment.last = (control & 2U) != 0;
        fragment.data = in.take(length - 2);
        if (!in.sound()) return malformed();
        fragments.push_back(fragment);
    }
    return fragments;
}

void append_fragment(Bytes& out, const Fragment& fragment) {
    out.push_back(static_cast<std::uint8_t>(PduType::data));
    out.push_back(0);
    append_big_endian(out, fragment.data.size() + fragment_head, 4);
    append_big_endian(out, fragment.data.size() + 2, 4);
    out.push_back(fragment.context);
    out.push_back(static_cast<std::uint8_t>((fragment.command ? 1U : 0U) | (fragment.last ? 2U : 0U)));
    out.insert(out.end(), fragment.data.begin(), fragment.data.end());
}

std::size_t room_of(std::uint32_t largest_pdu) noexcept {
    if (largest_pdu == 0) return own_room;
    return std::clamp<std::size_t>(largest_pdu, fragment_head + 2, own_room) - fragment_head;
}

}  // namespace edgeward::dicom
