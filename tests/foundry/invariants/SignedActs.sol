// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {SignedTransfer} from "../../../contracts/interfaces/ITeller.sol";
import {Authorization} from "../Signing.sol";
import {PaymentActs} from "./PaymentActs.sol";

/// Payments by the holder's signature, brought by others in every form; some are brought again.
abstract contract SignedActs is PaymentActs {
    address internal constant RELAY = address(0x4e1a);

    /// @param own Signed by the payer's own key.
    /// @param fetched Signed for receiveWithAuthorization.
    struct Signed {
        Authorization one;
        bytes signature;
        bool own;
        bool fetched;
    }

    /// Nobody's key.
    uint256 private constant ANOTHER = 1_000;

    /// The latest that were brought, good and bad, of which wild acts bring one again.
    Signed[8] private _brought;
    uint256 private _broughtNext;

    // ------------------------------------------------------------------ permits

    function permit(uint256 owner_, uint256 spender_, uint256 amount, uint256 dice, bool byParts)
        external
    {
        dice = shuffled(dice);
        (address owner, address spender) = (person(owner_), person(spender_));
        uint256 number = persons[owner].permits + (forged(dice) ? 1 : 0);
        if (pick(dice, 4) == 0) amount = ENDLESS;
        bytes32 structHash = hashPermit(owner, spender, amount, number, clock);
        bytes memory signature = sign(keyFor[owner], domain, structHash);
        bool may = number == persons[owner].permits;
        (bool done,) =
            actOnToken(RELAY, _permitCall(owner, spender, amount, signature, byParts), may);
        if (done) {
            ++persons[owner].permits;
            persons[owner].allowed[spender] = amount;
        }
        same("permits", token.nonces(owner), persons[owner].permits);
        same("allowance", token.allowance(owner, spender), persons[owner].allowed[spender]);
    }

    function _permitCall(
        address owner,
        address spender,
        uint256 amount,
        bytes memory signature,
        bool byParts
    ) private view returns (bytes memory) {
        if (!byParts) {
            return abi.encodeWithSignature(
                "permit(address,address,uint256,uint256,bytes)",
                owner,
                spender,
                amount,
                clock,
                signature
            );
        }
        (uint8 v, bytes32 r, bytes32 s) = split(signature);
        return abi.encodeWithSignature(
            "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)",
            owner,
            spender,
            amount,
            clock,
            v,
            r,
            s
        );
    }

    // ------------------------------------------------------------------ authorizations

    function authorize(uint256 from_, uint256 to_, uint256 amount, uint256 dice, bool byParts)
        external
    {
        dice = shuffled(dice);
        Signed memory signed = _signed(from_, to_, amount, dice, false, 1);
        _bring(RELAY, signed, "transferWithAuthorization", byParts);
    }

    function fetch(uint256 from_, uint256 to_, uint256 amount, uint256 dice, bool byParts)
        external
    {
        dice = shuffled(dice);
        Signed memory signed = _signed(from_, to_, amount, dice, true, 1);
        _bring(signed.one.to, signed, "receiveWithAuthorization", byParts);
    }

    /// Again, as it was brought before: its nonce may be used, or not if it failed.
    function bringAgain(uint256 which, bool byParts) external {
        if (_broughtNext == 0) _signed(which, ~which, which, 1, false, 1);
        Signed memory signed = _brought[which % smaller(_broughtNext, _brought.length)];
        _bring(RELAY, signed, _TRANSFER, byParts);
    }

    string private constant _TRANSFER = "transferWithAuthorization";

    function relay(uint256 seed, uint256 amount, uint256 dice) external {
        dice = shuffled(dice);
        SignedTransfer[] memory batch = new SignedTransfer[](1 + seed % 4);
        Signed[] memory list = new Signed[](batch.length);
        for (uint256 i = 0; i < batch.length; ++i) {
            (seed, dice) = (shuffled(seed), shuffled(dice));
            list[i] = _signed(seed >> 8, seed >> 16, amount, dice, false, batch.length);
            batch[i] = _entry(list[i]);
        }
        uint256 expected = 0;
        for (uint256 i = 0; i < batch.length; ++i) {
            bool may = _may(list[i], false);
            if (may) _apply(list[i].one);
            if (may) ++expected;
            count(may); // each is a call of the token
        }
        same("done", teller.relayTransfers(batch), expected);
        for (uint256 i = 0; i < batch.length; ++i) {
            lookAtBoth(batch[i].from, batch[i].to);
        }
    }

    function cancel(uint256 from_, uint256 dice, bool byParts) external {
        dice = shuffled(dice);
        address from = person(from_);
        bytes32 nonce = wild(dice) ? bytes32(1 + pick(dice, nextNonce)) : freshNonce();
        bytes memory signature = sign(keyFor[from], domain, hashCancel(from, nonce));
        bool may = persons[from].authorizationUses[nonce] == 0;
        (uint8 v, bytes32 r, bytes32 s) = split(signature);
        bytes memory data = byParts
            ? abi.encodeWithSignature(
                "cancelAuthorization(address,bytes32,uint8,bytes32,bytes32)", from, nonce, v, r, s
            )
            : abi.encodeWithSignature(
                "cancelAuthorization(address,bytes32,bytes)", from, nonce, signature
            );
        (bool done,) = actOnToken(RELAY, data, may);
        if (done) ++persons[from].authorizationUses[nonce];
        same("at most once", persons[from].authorizationUses[nonce], 1);
        so("closed", token.authorizationState(from, nonce));
    }

    // ------------------------------------------------------------------ steps

    function _signed(
        uint256 from_,
        uint256 to_,
        uint256 amount,
        uint256 dice,
        bool fetched,
        uint256 share
    ) private returns (Signed memory signed) {
        (address from, address to) = _pair(from_, to_, dice);
        uint256 most = smaller(spendable(from), from == to ? ENDLESS : room(to));
        Authorization memory one = Authorization(
            from,
            to,
            fit(amount, dice, most / share),
            clock - 1,
            clock + 1 + pick(dice, 1 days),
            freshNonce()
        );
        // The forged are signed by another's key, or for the other function.
        bool own = !forged(dice) || pick(dice, 2) == 0;
        if (forged(dice) && own) fetched = !fetched;
        bytes32 structHash = fetched ? hashReceive(one) : hashTransfer(one);
        bytes memory signature = sign(own ? keyFor[from] : ANOTHER, domain, structHash);
        signed = Signed(one, signature, own, fetched);
        _brought[_broughtNext++ % _brought.length] = signed;
    }

    function _may(Signed memory signed, bool fetched) private view returns (bool) {
        Authorization memory one = signed.one;
        if (one.validAfter >= clock || one.validBefore <= clock) return false;
        if (persons[one.from].authorizationUses[one.nonce] != 0) return false;
        return signed.own && signed.fetched == fetched && mayPay(one.from, one.to, one.value);
    }

    function _apply(Authorization memory one) private {
        ++persons[one.from].authorizationUses[one.nonce];
        same("at most once", persons[one.from].authorizationUses[one.nonce], 1);
        paid(one.from, one.to, one.value);
    }

    function _bring(address who, Signed memory signed, string memory name, bool byParts) private {
        Authorization memory one = signed.one;
        bool may = _may(signed, bytes(name).length != bytes(_TRANSFER).length);
        bytes memory data;
        if (byParts) {
            (uint8 v, bytes32 r, bytes32 s) = split(signed.signature);
            string memory tail =
                "(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)";
            data = bytes.concat(
                bytes4(keccak256(bytes.concat(bytes(name), bytes(tail)))), abi.encode(one, v, r, s)
            );
        } else {
            string memory tail = "(address,address,uint256,uint256,uint256,bytes32,bytes)";
            bytes4 selector = bytes4(keccak256(bytes.concat(bytes(name), bytes(tail))));
            data = abi.encodeWithSelector(
                selector,
                one.from,
                one.to,
                one.value,
                one.validAfter,
                one.validBefore,
                one.nonce,
                signed.signature
            );
        }
        (bool done,) = actOnToken(who, data, may);
        if (done) _apply(one);
        bool used = persons[one.from].authorizationUses[one.nonce] != 0;
        so("the nonce", token.authorizationState(one.from, one.nonce) == used);
        lookAtBoth(one.from, one.to);
    }

    function _entry(Signed memory signed) private pure returns (SignedTransfer memory) {
        Authorization memory one = signed.one;
        return SignedTransfer(
            one.from,
            one.to,
            one.value,
            one.validAfter,
            one.validBefore,
            one.nonce,
            signed.signature
        );
    }
}
