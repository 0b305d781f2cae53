// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {RedeemOrder} from "../../../contracts/interfaces/IDepositToken.sol";
import {ITeller, SignedRedeemOrder} from "../../../contracts/interfaces/ITeller.sol";
import {BankActs} from "./BankActs.sol";

/// What goes out by the holder's order, is cancelled before, or comes back after.
abstract contract RedeemActs is BankActs {
    struct Burned {
        address holder;
        bytes32 nonce;
    }

    Burned[] private _burned;

    function redeem(uint256 from_, uint256 amount, uint256 fee, uint256 dice) public {
        dice = shuffled(dice);
        (RedeemOrder memory order, bytes memory signature) = _order(from_, amount, fee, dice, 1);
        bytes memory data = abi.encodeCall(token.redeem, (order, signature));
        (bool done,) = actOnToken(RELAY, data, _may(order, signature));
        if (done) _burn(order);
        // Again, now and then: an order is burned once.
        if (done && pick(dice, 11) == 0) actOnToken(RELAY, data, false);
        _lookAtOrder(order.holder, order.nonce);
        lookAtSupply();
    }

    function relayOrders(uint256 from_, uint256 amount, uint256 fee, uint256 dice) external {
        dice = shuffled(dice);
        SignedRedeemOrder[] memory batch = new SignedRedeemOrder[](1 + pick(dice, 3));
        for (uint256 i = 0; i < batch.length; ++i) {
            dice = shuffled(dice);
            (RedeemOrder memory order, bytes memory signature) =
                _order(from_ % PEOPLE + i, amount, fee, dice, batch.length);
            batch[i] = SignedRedeemOrder(order, signature);
        }
        uint256 expected = 0;
        for (uint256 i = 0; i < batch.length; ++i) {
            bool may = _may(batch[i].order, batch[i].signature);
            if (may) _burn(batch[i].order);
            if (may) ++expected;
            count(may); // each is a call of the token
        }
        same("done", teller.relayRedeemOrders(batch), expected);
        for (uint256 i = 0; i < batch.length; ++i) {
            _lookAtOrder(batch[i].order.holder, batch[i].order.nonce);
        }
        lookAtSupply();
    }

    function cancelOrder(uint256 from_, uint256 dice, bool bySignature) external {
        dice = shuffled(dice);
        address from = person(from_);
        bytes32 nonce = wild(dice) ? bytes32(1 + pick(dice, nextNonce)) : freshNonce();
        bytes memory signature =
            bySignature ? sign(keyFor[from], domain, hashCancelRedeem(from, nonce)) : bytes("");
        Order storage order = persons[from].orders[nonce];
        bool may = order.burns == 0 && !order.canceled;
        bytes memory data = abi.encodeCall(token.cancelRedeemOrder, (from, nonce, signature));
        (bool done,) = actOnToken(bySignature ? RELAY : from, data, may);
        if (done) order.canceled = true;
        _lookAtOrder(from, nonce);
    }

    /// Unless it is wild, one that was burned and not returned; if there is none, one is burned first.
    function giveBack(uint256 which, uint256 dice) external {
        dice = shuffled(dice);
        if (!wild(dice)) goOn();
        if (_burned.length == 0) return redeem(which, which, 0, dice);
        which %= _burned.length;
        for (uint256 i = 0; !wild(dice) && i < 8; ++i) {
            if (_order(which).returns_ == 0) break;
            which = (which + 1) % _burned.length;
        }
        address holder = _burned[which].holder;
        Order storage order = _order(which);
        if (!wild(dice) && order.returns_ != 0) return redeem(which, which, 0, dice);
        if (!wild(dice)) back(order.owed);
        bool fits = order.owed <= MOST - supply && backed(order.owed);
        bytes memory data = abi.encodeCall(ITeller.returnPayout, (holder, _burned[which].nonce));
        bool may = fresh() && fits && order.returns_ == 0;
        if (actOnTeller(holderOf(OPERATOR), data, may)) {
            wasReturned(holder, _burned[which].nonce);
            so("past the backing", order.owed == 0 || minted <= ceiling);
        }
        _lookAtOrder(holder, _burned[which].nonce);
        lookAtSupply();
    }

    // ------------------------------------------------------------------ steps

    function _order(uint256 which) private view returns (Order storage) {
        return persons[_burned[which].holder].orders[_burned[which].nonce];
    }

    /// Unless it is wild, by somebody who can spend something, and one of `share` of it.
    function _order(uint256 from_, uint256 amount, uint256 fee, uint256 dice, uint256 share)
        private
        returns (RedeemOrder memory order, bytes memory signature)
    {
        address from = person(from_);
        if (!wild(dice)) {
            goOn();
            for (uint256 i = 0; i < PEOPLE && spendable(from) < share; ++i) {
                from = person(from_ % PEOPLE + i);
            }
        }
        amount = fit(amount, dice, spendable(from) / share);
        if (!wild(dice) && amount == 0) amount = 1;
        fee = wild(dice) && pick(dice, 7) == 0 ? fee : within(fee, 0, amount);
        bytes32 payout = keccak256("payout");
        order = RedeemOrder(from, amount, payout, fee, freshNonce(), clock + pick(dice, 2));
        signature = forged(dice) ? new bytes(65) : sign(keyFor[from], domain, hashOrder(order));
    }

    function _may(RedeemOrder memory order, bytes memory signature) private view returns (bool) {
        if (signature[64] == 0 || order.amount == 0 || order.fee > order.amount) return false;
        // The next number may have been cancelled before it was taken.
        Order storage known = persons[order.holder].orders[order.nonce];
        if (known.burns != 0 || known.canceled) return false;
        return mayPart(order.holder, order.amount);
    }

    function _burn(RedeemOrder memory order) private {
        burned(order.holder, order.nonce, order.amount, order.fee);
        _burned.push(Burned(order.holder, order.nonce));
    }

    function _lookAtOrder(address holder, bytes32 nonce) private view {
        Order storage order = persons[holder].orders[nonce];
        same("burned at most once", order.burns & ~uint256(1), 0);
        same("returned at most once", order.returns_ & ~uint256(1), 0);
        so("burned or canceled", order.burns == 0 || !order.canceled);
        (uint8 state, uint256 owed) = token.getRedemption(holder, nonce);
        uint256 expected = order.returns_ == 1 ? 3 : order.canceled ? 2 : order.burns;
        same("state", state, expected);
        same("owed", owed, order.owed);
        look(holder);
    }
}
